import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import { useHeard, useLiveState } from '../../stream/use-live.tsx'
import { createEventApplier } from './apply-events.ts'

/** Keeps what was read up to date. What could not be read while the server was away is read when it is back. */
export function FollowEvents() {
  const queries = useQueryClient()
  const apply = useMemo(() => createEventApplier(queries), [queries])
  useHeard(apply)

  const { state } = useLiveState().link
  const wasLive = useRef(false)
  useEffect(() => {
    if (state !== 'live') return
    if (wasLive.current) void queries.invalidateQueries({ predicate: ({ state }) => state.status === 'error' })
    wasLive.current = true
  }, [state, queries])
  return null
}
