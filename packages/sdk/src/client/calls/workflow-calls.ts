import type {
  JsonObject,
  Page,
  StoredWorkflow,
  WorkflowDefinition,
  WorkflowRevision,
  WorkflowSummary,
} from '@opscore/contract'
import { OpsCoreError } from '../ops-core-error.ts'
import { isSameJson } from '../same-json.ts'
import { type CallOptions, isTransient, type Transport } from '../transport.ts'
import type { PageOptions } from './agent-calls.ts'

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
  const at = (...rest: string[]) => ['v1', 'opscore', 'workflow', ...rest]
  return {
    /** Stores the definition under its id; changed content makes a new revision. */
    put(definition: WorkflowDefinition, options: PutWorkflowOptions = {}): Promise<StoredWorkflow> {
      const { signal, ifMatch, ifNoneMatch, dryRun } = options
      const headers = {
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
        ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
      }
      const query = dryRun ? { dryRun: 'true' } : {}
      const path = at(definition.id)
      // What the condition is held against on the second try may be what the first has stored.
      async function wasDone(failure: OpsCoreError): Promise<StoredWorkflow | undefined> {
        if (failure.code !== 'PRECONDITION_FAILED' || dryRun) return undefined
        try {
          const stored = await transport.request<StoredWorkflow>({ method: 'GET', path, signal })
          const own = transport.parseJson(JSON.stringify(definition))
          return isSameJson(stored.definition, own) ? stored : undefined
        } catch (error) {
          // Whoever may not read, or finds nothing, has the answer to the PUT; who gets none knows nothing.
          if (error instanceof OpsCoreError && !isTransient(error)) return undefined
          throw error
        }
      }
      return transport.request({ method: 'PUT', path, query, body: definition, headers, signal, wasDone })
    },
    get(workflowId: string, { signal }: CallOptions = {}): Promise<StoredWorkflow> {
      return transport.request({ method: 'GET', path: at(workflowId), signal })
    },
    list({ signal, ...query }: PageOptions = {}): Promise<Page<WorkflowSummary>> {
      return transport.request({ method: 'GET', path: at(), query, signal })
    },
    /** The one that holds and those before it, newest first. */
    revisions(workflowId: string, { signal, ...query }: PageOptions = {}): Promise<Page<WorkflowRevision>> {
      return transport.request({ method: 'GET', path: at(workflowId, 'revision'), query, signal })
    },
    revision(workflowId: string, revision: number, { signal }: CallOptions = {}): Promise<StoredWorkflow> {
      return transport.request({ method: 'GET', path: at(workflowId, 'revision', String(revision)), signal })
    },
    async delete(workflowId: string, { signal }: CallOptions = {}): Promise<void> {
      await transport.request({ method: 'DELETE', path: at(workflowId), signal })
    },
    /** The JSON Schema of definitions. */
    schema({ signal }: CallOptions = {}): Promise<JsonObject> {
      return transport.request({ method: 'GET', path: ['schema', 'workflow.json'], signal })
    },
  }
}
