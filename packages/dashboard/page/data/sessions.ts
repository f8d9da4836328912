import type { SessionStatus } from '@opscore/contract'
import type { OpsCoreClient } from '@opscore/sdk'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { SessionFilter } from './fold-sessions.ts'

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

export const sessionHistory = (client: OpsCoreClient, sessionId: string) =>
  infiniteQueryOptions({
    queryKey: ['session-events', sessionId],
    queryFn: ({ pageParam, signal }) =>
      client.sessions.events(sessionId, {
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
