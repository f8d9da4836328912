import type { OpsCoreClient } from '@opscore/sdk'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { noCursor } from './sessions.ts'

export const scheduleList = (client: OpsCoreClient) =>
  infiniteQueryOptions({
    queryKey: ['schedules'],
    queryFn: ({ pageParam, signal }) =>
      client.schedules.list({ limit: 200, signal, ...(pageParam === undefined ? {} : { cursor: pageParam }) }),
    initialPageParam: noCursor(),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })

/** Everything about one begins with its key, so that all of it is read again together. */
export const oneSchedule = (client: OpsCoreClient, scheduleId: string) =>
  queryOptions({
    queryKey: ['schedule', scheduleId],
    queryFn: ({ signal }) => client.schedules.get(scheduleId, { signal }),
  })

export const schedulePreview = (client: OpsCoreClient, scheduleId: string) =>
  queryOptions({
    queryKey: ['schedule', scheduleId, 'preview'],
    queryFn: ({ signal }) => client.schedules.preview(scheduleId, { signal }),
  })

export const scheduleHistory = (client: OpsCoreClient, scheduleId: string) =>
  infiniteQueryOptions({
    queryKey: ['schedule', scheduleId, 'history'],
    queryFn: ({ pageParam, signal }) =>
      client.schedules.history(scheduleId, {
        ...{ limit: 100, signal },
        ...(pageParam === undefined ? {} : { cursor: pageParam }),
      }),
    initialPageParam: noCursor(),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
