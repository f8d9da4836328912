/** Storing and removing workflow definitions. */
import type { StoredWorkflow } from '@opscore/contract'
import { DomainError } from '../core/domain-error.ts'
import type { Definitions } from '../definitions.ts'
import type { EngineCommands } from '../engine.ts'
import type { Clock } from '../ports/clock.ts'
import type { Store } from '../ports/store.ts'
import type { KeptRevisions } from './kept-revisions.ts'

type Put = Parameters<Store['putWorkflow']>[0]
type PutOutcome = Awaited<ReturnType<Store['putWorkflow']>>
type WorkflowCommands = Pick<EngineCommands, 'putWorkflow' | 'storeIfUnknown' | 'deleteWorkflow'>

export function createWorkflowCommands(parts: {
  store: Store
  definitions: Definitions
  clock: Clock
  revisions: KeptRevisions
}): WorkflowCommands {
  const { store, definitions, clock, revisions } = parts

  /** Stores it in the place of what was read; whoever else stored something meanwhile is looked at first. */
  async function replace(wanted: Put): Promise<PutOutcome> {
    for (;;) {
      const known = await store.getWorkflow(wanted.definition.id)
      if (wouldPut(wanted, known).outcome === 'mismatch') return { outcome: 'mismatch' }
      if (known && known.hash !== wanted.hash) await revisions.keep(known)
      const put = await store.putWorkflow({ ...wanted, ifMatch: known ? [known.hash] : [] })
      if (put.outcome !== 'mismatch') return put
    }
  }

  return {
    async putWorkflow({ id, definition, ifMatch, dryRun = false }) {
      const checked = definitions.check(definition, { strict: true })
      if (checked.definition.id !== id) throw otherId(id, checked.definition.id)
      const content = { definition: checked.definition, hash: checked.hash, now: clock.now() }
      const wanted = ifMatch ? { ...content, ifMatch } : content
      const put = dryRun ? wouldPut(wanted, await store.getWorkflow(id)) : await replace(wanted)
      if (!dryRun) definitions.changed(id)
      if (put.outcome === 'mismatch') throw preconditionFailed(id)
      return { ...put, problems: checked.warnings }
    },
    async storeIfUnknown(definition) {
      const checked = definitions.check(definition, { strict: true })
      const content = { definition: checked.definition, hash: checked.hash, now: clock.now() }
      const put = await store.putWorkflow({ ...content, onlyIfUnknown: true })
      return put.outcome === 'created' ? put.workflow : null
    },
    async deleteWorkflow(id, ifMatch) {
      const known = await store.getWorkflow(id)
      const outcome = await store.deleteWorkflow(id, ifMatch)
      definitions.changed(id)
      if (outcome === 'mismatch') throw preconditionFailed(id)
      if (outcome === 'unknown') throw new DomainError('WORKFLOW_NOT_FOUND', `Workflow definition not found: ${id}`)
      if (known) await revisions.forget(known)
    },
  }
}

/** What the store would make of it, where `known` is what it holds under the id. */
function wouldPut({ definition, hash, now, ifMatch }: Put, known: StoredWorkflow | null): PutOutcome {
  if (ifMatch && !(known ? ifMatch.includes(known.hash) : ifMatch.length === 0)) return { outcome: 'mismatch' }
  if (known?.hash === hash) return { outcome: 'unchanged', workflow: known }
  const updatedAt = new Date(now).toISOString()
  const revision = (known?.revision ?? 0) + 1
  const createdAt = known?.createdAt ?? updatedAt
  const workflow = { id: definition.id, revision, hash, createdAt, updatedAt, definition }
  return { outcome: known ? 'updated' : 'created', workflow }
}

function otherId(path: string, definition: string): DomainError {
  const message = `The path says "${path}", the definition "${definition}"`
  const problems = [{ path: '/id', message, severity: 'error' }]
  return new DomainError('INVALID_WORKFLOW_DEFINITION', 'Path and definition name different workflows', { problems })
}

function preconditionFailed(id: string): DomainError {
  const detail = `Workflow ${id} is not what If-Match names; read it again and send its ETag`
  return new DomainError('PRECONDITION_FAILED', detail)
}
