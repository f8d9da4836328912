import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import { sessionHistory } from '../../data/sessions.ts'
import { GAP, type HistoryRow, joined } from './both-ends.ts'

/** Rows before the gap comes into sight at which it begins to close. */
const AHEAD = 60

export interface BothEnds {
  rows: readonly HistoryRow[]
  /** How many events are read, and whether these are all. */
  read: number
  isWhole: boolean
  isReadingAll: boolean
  readAll(): void
  /** Reads on at the side of the gap that is about to come into sight. */
  look(first: number, last: number): void
  error: unknown
  failedAt: number
  retry(): void
}

/** A session's history, from its beginning and, where that page is not all, from its end. */
export function useBothEnds(sessionId: string): BothEnds {
  const { client } = useOpsCore()
  const head = useInfiniteQuery(sessionHistory(client, sessionId, 'asc'))
  const isHeadWhole = head.data?.pages.at(-1)?.nextCursor === null
  const tail = useInfiniteQuery({
    ...sessionHistory(client, sessionId, 'desc'),
    enabled: head.isSuccess && !isHeadWhole,
  })
  const [readsAll, setReadsAll] = useState(false)
  const rows = useMemo(
    () => joined(eventsOf(head.data), isHeadWhole, eventsOf(tail.data)),
    [head.data, isHeadWhole, tail.data],
  )
  const gap = rows.indexOf(GAP)
  const isWhole = head.isSuccess && gap < 0
  const { fetchNextPage: readOn, isFetching: isReadingHead } = head
  const { fetchNextPage: readBack, isFetching: isReadingTail, hasNextPage: hasMoreBefore } = tail
  useEffect(() => {
    if (readsAll && !isWhole && !isReadingHead) void readOn()
  }, [readsAll, isWhole, isReadingHead, readOn])
  const look = useCallback(
    (first: number, last: number) => {
      if (gap < 0) return
      if (first <= gap && last >= gap - AHEAD && !isReadingHead) void readOn()
      else if (first > gap && first <= gap + AHEAD && hasMoreBefore && !isReadingTail) void readBack()
    },
    [gap, isReadingHead, readOn, hasMoreBefore, isReadingTail, readBack],
  )
  const failed = head.isError ? head : tail
  return {
    ...{ rows, isWhole, look, isReadingAll: readsAll && !isWhole, readAll: () => setReadsAll(true) },
    read: rows.length - (gap < 0 ? 0 : 1),
    error: failed.error,
    failedAt: failed.errorUpdatedAt,
    retry: () => void failed.refetch(),
  }
}

const eventsOf = <T>(data: { pages: readonly { items: readonly T[] }[] } | undefined): T[] =>
  data?.pages.flatMap(({ items }) => items) ?? []
