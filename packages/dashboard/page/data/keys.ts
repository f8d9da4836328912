import type { OpsCoreClient } from '@opscore/sdk'
import { infiniteQueryOptions } from '@tanstack/react-query'
import { noCursor } from './sessions.ts'

export const keyList = (client: OpsCoreClient) =>
  infiniteQueryOptions({
    queryKey: ['keys'],
    queryFn: ({ pageParam, signal }) =>
      client.keys.list({ limit: 200, signal, ...(pageParam === undefined ? {} : { cursor: pageParam }) }),
    initialPageParam: noCursor(),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
