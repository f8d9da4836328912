import type { OpsCoreClient } from '@opscore/sdk'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { noCursor } from './sessions.ts'

export const workflowList = (client: OpsCoreClient) =>
  infiniteQueryOptions({
    queryKey: ['workflows'],
    queryFn: ({ pageParam, signal }) =>
      client.workflows.list({ limit: 200, signal, ...(pageParam === undefined ? {} : { cursor: pageParam }) }),
    initialPageParam: noCursor(),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })

export const oneWorkflow = (client: OpsCoreClient, workflowId: string) =>
  queryOptions({
    queryKey: ['workflow', workflowId],
    queryFn: ({ signal }) => client.workflows.get(workflowId, { signal }),
  })
