import type { WorkflowRevision } from '@opscore/contract'
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

export const workflowRevisions = (client: OpsCoreClient, workflowId: string) =>
  infiniteQueryOptions({
    queryKey: ['workflow-revisions', workflowId],
    queryFn: ({ pageParam, signal }) =>
      client.workflows.revisions(workflowId, {
        limit: 200,
        signal,
        ...(pageParam === undefined ? {} : { cursor: pageParam }),
      }),
    initialPageParam: noCursor(),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })

/** The text of a revision, which its hash stands for: it never changes. */
export const workflowRevision = (
  client: OpsCoreClient,
  workflowId: string,
  { revision, hash }: Pick<WorkflowRevision, 'revision' | 'hash'>,
) =>
  queryOptions({
    queryKey: ['workflow-revision', workflowId, revision, hash],
    queryFn: async ({ signal }) =>
      JSON.stringify((await client.workflows.revision(workflowId, revision, { signal })).definition, null, 2),
    staleTime: 'static',
  })
