import type { StoredWorkflow } from '@opscore/contract'
import { column } from './column.ts'

/** Reads a row of a workflow joined with its definition. */
export function workflowOf(row: Record<string, unknown>): StoredWorkflow {
  return {
    id: column.text(row.id),
    revision: column.number(row.revision),
    hash: column.text(row.hash),
    createdAt: new Date(column.number(row.created_at)).toISOString(),
    updatedAt: new Date(column.number(row.updated_at)).toISOString(),
    definition: JSON.parse(column.text(row.definition)),
  }
}
