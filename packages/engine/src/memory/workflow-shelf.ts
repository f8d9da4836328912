import type { StoredWorkflow, WorkflowDefinition } from '@opscore/contract'
import type { PageRequest, StorePage } from '../ports/page.ts'
import type { Store } from '../ports/store.ts'
import type { Weighed } from '../store-kit/page.ts'
import { compareTexts } from '../store-kit/text-order.ts'
import { textPage } from './key-page.ts'

export type WorkflowShelf = Pick<
  Store,
  'putWorkflow' | 'getWorkflow' | 'listWorkflows' | 'deleteWorkflow' | 'getDefinition'
> & {
  /** A session runs by it; `definition` is an inline one that comes with the session. */
  use(hash: string, definition?: WorkflowDefinition): void
  /** A session or workflow needs it no more; it goes with its last user. */
  release(hash: string): void
}

interface Entry {
  revision: number
  hash: string
  createdAt: number
  updatedAt: number
}

/** Definitions by hash with the number of those who need them, and the ids that mean one of them. */
export function createWorkflowShelf(): WorkflowShelf {
  const definitions = new Map<string, { uses: number; text: string }>()
  const workflows = new Map<string, Entry>()

  function use(hash: string, definition?: WorkflowDefinition): void {
    const known = definitions.get(hash)
    if (known) known.uses += 1
    else if (definition) definitions.set(hash, { uses: 1, text: JSON.stringify(definition) })
  }

  function release(hash: string): void {
    const known = definitions.get(hash)
    if (!known) return
    known.uses -= 1
    if (known.uses === 0) definitions.delete(hash)
  }

  function stored(id: string, { revision, hash, createdAt, updatedAt }: Entry): StoredWorkflow {
    const definition: WorkflowDefinition = JSON.parse(definitions.get(hash)?.text ?? 'null')
    const [created, updated] = [new Date(createdAt).toISOString(), new Date(updatedAt).toISOString()]
    return { id, revision, hash, createdAt: created, updatedAt: updated, definition }
  }

  return {
    use,
    release,
    async putWorkflow({ definition, hash, now, ifMatch, onlyIfUnknown }) {
      const { id } = definition
      const known = workflows.get(id)
      if (ifMatch && !(known ? ifMatch.includes(known.hash) : ifMatch.length === 0)) return { outcome: 'mismatch' }
      if (known && (onlyIfUnknown || known.hash === hash)) return { outcome: 'unchanged', workflow: stored(id, known) }
      use(hash, definition)
      if (known) release(known.hash)
      const entry = { revision: (known?.revision ?? 0) + 1, hash, createdAt: known?.createdAt ?? now, updatedAt: now }
      workflows.set(id, entry)
      return { outcome: known ? 'updated' : 'created', workflow: stored(id, entry) }
    },
    async getWorkflow(id) {
      const known = workflows.get(id)
      return known ? stored(id, known) : null
    },
    async listWorkflows(page: PageRequest): Promise<StorePage<StoredWorkflow>> {
      return textPage([...workflows.keys()].sort(compareTexts), page, weighed)
    },
    async deleteWorkflow(id, ifMatch) {
      const known = workflows.get(id)
      if (!known) return 'unknown'
      if (ifMatch && !ifMatch.includes(known.hash)) return 'mismatch'
      workflows.delete(id)
      release(known.hash)
      return 'deleted'
    },
    async getDefinition(hash) {
      return JSON.parse(definitions.get(hash)?.text ?? 'null')
    },
  }

  function weighed(id: string): Weighed<StoredWorkflow> {
    const known = workflows.get(id)
    if (!known) throw new Error(`Workflow ${id} has gone while it was listed`)
    return { item: stored(id, known), characters: definitions.get(known.hash)?.text.length ?? 0 }
  }
}
