import type { CompiledWorkflow } from '@opscore/workflow'
import { checkDefinition } from '@opscore/workflow'
import type { Store } from '../../src/ports/store.ts'

/** What a store holds under a hash, compiled; `undefined` where nothing is there. */
export type WorkflowBook = (hash: string) => Promise<CompiledWorkflow | undefined>

/** Compiles each definition once: what is under a hash never changes. */
export function createWorkflowBook(store: Store): WorkflowBook {
  const compiled = new Map<string, CompiledWorkflow>()
  return async (hash) => {
    const known = compiled.get(hash)
    if (known) return known
    const workflow = checkDefinition(await store.getDefinition(hash)).compiled
    if (workflow) compiled.set(hash, workflow)
    return workflow ?? undefined
  }
}
