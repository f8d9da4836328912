import type { ReadOrder, SessionStatus } from '@opscore/contract'
import type { OpsCoreClient } from '@opscore/sdk'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { SessionFilter } from './live/fold-sessions.ts'

const PAGE = 100

export const sessionList = (client: OpsCoreClient, filter: SessionFilter) =>
  infiniteQueryOptions({
    queryKey: ['sessions', filter],
    queryFn: ({ pageParam, signal }) =>
      client.sessions.list({
        ...filter,
        limit: PAGE,
        signal,
        ...(pageParam === undefined ? {} : { cursor: pageParam }),
      }),
    initialPageParam: noCursor(),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })

export const oneSession = (client: OpsCoreClient, sessionId: string) =>
  queryOptions({
    queryKey: ['session', sessionId],
    queryFn: ({ signal }) => client.sessions.get(sessionId, { signal }),
  })

export const explanation = (client: OpsCoreClient, sessionId: string, isOpen: boolean) =>
  queryOptions({
    queryKey: ['explain', sessionId],
    queryFn: ({ signal }) => client.sessions.explain(sessionId, { signal }),
    enabled: isOpen,
  })

/** What happened in a session, read page by page from one of its ends. */
export const sessionHistory = (client: OpsCoreClient, sessionId: string, order: ReadOrder = 'asc') =>
  infiniteQueryOptions({
    queryKey: ['session-events', sessionId, order],
    queryFn: ({ pageParam, signal }) =>
      client.sessions.events(sessionId, {
        order,
        limit: 200,
        signal,
        ...(pageParam === undefined ? {} : { cursor: pageParam }),
      }),
    initialPageParam: noCursor(),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })

export const isOpen = (status: SessionStatus): boolean =>
  status === 'started' || status === 'running' || status === 'paused'

export function noCursor(): string | undefined {
  return undefined
}
