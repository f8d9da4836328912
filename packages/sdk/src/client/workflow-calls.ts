import type { JsonObject, Page, StoredWorkflow, WorkflowDefinition, WorkflowSummary } from '@opscore/contract'
import type { PageOptions } from './agent-calls.ts'
import type { CallOptions, Transport } from './transport.ts'

export interface PutWorkflowOptions extends CallOptions {
  /** The `ETag` that must still hold; `PRECONDITION_FAILED` otherwise. */
  ifMatch?: string
  /** Only where nothing is stored under the id yet; `PRECONDITION_FAILED` otherwise. */
  ifNoneMatch?: '*'
  /** Stores nothing, and answers or throws as if it did. */
  dryRun?: boolean
}

export type WorkflowCalls = ReturnType<typeof workflowCalls>

export function workflowCalls(transport: Transport) {
  const at = (workflowId: string) => `/v1/opscore/workflow/${encodeURIComponent(workflowId)}`
  return {
    /** Stores the definition under its id; changed content makes a new revision. */
    put(definition: WorkflowDefinition, options: PutWorkflowOptions = {}): Promise<StoredWorkflow> {
      const { signal, ifMatch, ifNoneMatch, dryRun } = options
      const headers = {
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
        ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
      }
      const query = dryRun ? { dryRun: 'true' } : {}
      return transport.request({ method: 'PUT', path: at(definition.id), query, body: definition, headers, signal })
    },
    get(workflowId: string, { signal }: CallOptions = {}): Promise<StoredWorkflow> {
      return transport.request({ method: 'GET', path: at(workflowId), signal })
    },
    list({ signal, ...query }: PageOptions = {}): Promise<Page<WorkflowSummary>> {
      return transport.request({ method: 'GET', path: '/v1/opscore/workflow', query, signal })
    },
    async delete(workflowId: string, { signal }: CallOptions = {}): Promise<void> {
      await transport.request({ method: 'DELETE', path: at(workflowId), signal })
    },
    /** The JSON Schema of definitions. */
    schema({ signal }: CallOptions = {}): Promise<JsonObject> {
      return transport.request({ method: 'GET', path: '/schema/workflow.json', signal })
    },
  }
}
