import type { AttentionKind } from '@opscore/contract'
import type { OpsCoreClient } from '@opscore/sdk'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { noCursor } from './sessions.ts'

export const overview = (client: OpsCoreClient) =>
  queryOptions({ queryKey: ['overview'], queryFn: ({ signal }) => client.fleet.overview({ signal }) })

export const attentionList = (client: OpsCoreClient, kinds: readonly AttentionKind[]) =>
  infiniteQueryOptions({
    queryKey: ['attention', kinds],
    queryFn: ({ pageParam, signal }) =>
      client.fleet.attention({
        ...{ limit: 100, signal },
        ...(kinds.length > 0 ? { kind: kinds } : {}),
        ...(pageParam === undefined ? {} : { cursor: pageParam }),
      }),
    initialPageParam: noCursor(),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
