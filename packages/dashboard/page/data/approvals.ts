import type { OpsCoreClient } from '@opscore/sdk'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { noCursor } from './sessions.ts'

/** What is asked and not decided yet. */
export const approvalList = (client: OpsCoreClient) =>
  infiniteQueryOptions({
    queryKey: ['approvals'],
    queryFn: ({ pageParam, signal }) =>
      client.approvals.list({ limit: 200, signal, ...(pageParam === undefined ? {} : { cursor: pageParam }) }),
    initialPageParam: noCursor(),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })

export const oneApproval = (client: OpsCoreClient, approvalId: string) =>
  queryOptions({
    queryKey: ['approval', approvalId],
    queryFn: ({ signal }) => client.approvals.get(approvalId, { signal }),
    retry: false,
  })
