import type { WorkflowSummary } from '@opscore/contract'
import type { OpsCoreClient } from '../client/ops-core-client.ts'
import type { CallOptions } from '../client/transport.ts'

/** The stored workflows that are marked by `expose`, in the order of their list. */
export async function* exposedWorkflows(
  client: OpsCoreClient,
  { signal }: CallOptions = {},
): AsyncGenerator<WorkflowSummary, void, undefined> {
  let cursor: string | null = null
  do {
    const page = await client.workflows.list({ limit: 200, signal, ...(cursor === null ? {} : { cursor }) })
    yield* page.items.filter(({ expose }) => expose !== null)
    cursor = page.nextCursor
  } while (cursor !== null)
}
