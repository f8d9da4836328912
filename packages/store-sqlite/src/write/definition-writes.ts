import type { DatabaseSync } from 'node:sqlite'
import type { StoredWorkflow, WorkflowDefinition } from '@opscore/contract'
import type { Store } from '@opscore/engine/store'
import { column } from '../rows/column.ts'
import { workflowOf } from '../rows/workflow-row.ts'

export interface DefinitionWrites {
  /** Whether it is stored. */
  has(hash: string): boolean
  /** A session or workflow needs it; `definition` where it may not be there yet. Counted in memory until `save`. */
  use(hash: string, definition?: WorkflowDefinition): void
  /** Writes what was counted, once a transaction: sessions of one batch mostly need the same. */
  save(): void
  /** The transaction was undone. */
  forget(): void
  /** One less needs it; it goes with the last. */
  release(hash: string): void
  put(input: Parameters<Store['putWorkflow']>[0]): Awaited<ReturnType<Store['putWorkflow']>>
  delete(id: string, ifMatch?: string[]): Awaited<ReturnType<Store['deleteWorkflow']>>
}

export function createDefinitionWrites(database: DatabaseSync): DefinitionWrites {
  const known = database.prepare('SELECT 1 FROM definition WHERE hash = ?')
  const count = database.prepare('UPDATE definition SET uses = uses + ? WHERE hash = ?')
  const keep = database.prepare('INSERT INTO definition (hash, uses, definition) VALUES (?, 0, ?)')
  const uncount = database.prepare('UPDATE definition SET uses = uses - 1 WHERE hash = ?')
  const drop = database.prepare('DELETE FROM definition WHERE hash = ? AND uses <= 0')
  const find = database.prepare(
    `SELECT w.id, w.revision, w.hash, w.created_at, w.updated_at, d.definition
     FROM workflow w JOIN definition d ON d.hash = w.hash WHERE w.id = ?`,
  )
  const write = database.prepare('INSERT OR REPLACE INTO workflow VALUES (?, ?, ?, ?, ?)')
  const remove = database.prepare('DELETE FROM workflow WHERE id = ?')

  function stored(id: string): StoredWorkflow | null {
    const row = find.get(id)
    return row ? workflowOf(row) : null
  }

  /** Uses that came in the transaction under way. */
  const counted = new Map<string, number>()

  const has = (hash: string): boolean => counted.has(hash) || known.get(hash) !== undefined

  function use(hash: string, definition?: WorkflowDefinition): void {
    if (definition && !has(hash)) keep.run(hash, JSON.stringify(definition))
    counted.set(hash, (counted.get(hash) ?? 0) + 1)
  }

  function save(): void {
    for (const [hash, uses] of counted) count.run(uses, hash)
    counted.clear()
  }

  function release(hash: string): void {
    save()
    uncount.run(hash)
    drop.run(hash)
  }

  return {
    has,
    use,
    save,
    forget: () => counted.clear(),
    release,
    put({ definition, hash, now, ifMatch, onlyIfUnknown }) {
      const known = stored(definition.id)
      if (ifMatch && !(known ? ifMatch.includes(known.hash) : ifMatch.length === 0)) return { outcome: 'mismatch' }
      if (known && (onlyIfUnknown || known.hash === hash)) return { outcome: 'unchanged', workflow: known }
      use(hash, definition)
      if (known) release(known.hash)
      const createdAt = known ? Date.parse(known.createdAt) : now
      write.run(definition.id, (known?.revision ?? 0) + 1, hash, createdAt, now)
      const workflow = stored(definition.id)
      if (!workflow) throw new Error(`Workflow ${definition.id} was stored without its definition`)
      return { outcome: known ? 'updated' : 'created', workflow }
    },
    delete(id, ifMatch) {
      const row = find.get(id)
      if (!row) return 'unknown'
      const hash = column.text(row.hash)
      if (ifMatch && !ifMatch.includes(hash)) return 'mismatch'
      remove.run(id)
      release(hash)
      return 'deleted'
    },
  }
}
