import type { StoredWorkflow, WorkflowDefinition } from '@opscore/contract'
import type { PageRequest, StorePage } from '@opscore/engine/store'
import { pageOf } from '@opscore/engine/store'
import { column } from '../rows/column.ts'
import { workflowOf } from '../rows/workflow-row.ts'
import type { Reader } from './reader.ts'

export function createDefinitionReads(reader: Reader) {
  const columns = `SELECT w.id, w.revision, w.hash, w.created_at, w.updated_at, d.definition
    FROM workflow w JOIN definition d ON d.hash = w.hash`
  const byId = reader.prepare(`${columns} WHERE w.id = ?`)
  const inOrder = reader.prepare(`${columns} WHERE w.id > ? ORDER BY w.id LIMIT +?`)
  const byHash = reader.prepare('SELECT definition FROM definition WHERE hash = ?')
  return {
    get(id: string): StoredWorkflow | null {
      const row = byId.get(id)
      return row ? workflowOf(row) : null
    },
    list: ({ limit, after = '' }: PageRequest): StorePage<StoredWorkflow> =>
      pageOf(inOrder.each(after, limit + 1), limit, {
        keyOf: ({ id }) => column.text(id),
        read: (row) => ({ item: workflowOf(row), characters: column.text(row.definition).length }),
      }),
    definition(hash: string): WorkflowDefinition | null {
      const row = byHash.get(hash)
      return row ? JSON.parse(column.text(row.definition)) : null
    },
  }
}
