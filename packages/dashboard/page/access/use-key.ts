import { useCallback, useEffect, useMemo, useState } from 'react'
import { createKeyHolder } from './key-holder.ts'

export type KnownKey = { state: 'looking' } | { state: 'absent' } | { state: 'known'; key: string }

export function useKey() {
  const holder = useMemo(createKeyHolder, [])
  const [key, setKey] = useState<KnownKey>({ state: 'looking' })
  const [reason, setReason] = useState<string>()

  useEffect(() => {
    let wanted = true
    void holder.find().then((found) => {
      if (wanted) setKey(found === undefined ? { state: 'absent' } : { state: 'known', key: found })
    })
    const stop = holder.onForgotten(() => setKey({ state: 'absent' }))
    return () => {
      wanted = false
      stop()
    }
  }, [holder])

  const enter = useCallback(
    (entered: string) => {
      holder.keep(entered)
      setReason(undefined)
      setKey({ state: 'known', key: entered })
    },
    [holder],
  )
  const leave = useCallback(
    (why?: string) => {
      holder.forget()
      setReason(why)
      setKey({ state: 'absent' })
    },
    [holder],
  )
  return { key, reason, enter, leave }
}
