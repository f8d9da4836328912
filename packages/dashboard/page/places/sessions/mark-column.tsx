import type { SessionSummary } from '@opscore/contract'
import type { Column } from '../../design-system/table/column.ts'
import { RowCheckbox } from '../../design-system/table/row-checkbox.tsx'

/** Marks rows for what is done to many at once. */
export function markColumn(
  marked: ReadonlySet<string>,
  mark: (sessionId: string, isMarked: boolean) => void,
): Column<SessionSummary> {
  return {
    id: 'mark',
    name: 'Marked',
    head: <span className="unseen">Marked</span>,
    width: '1rem',
    narrow: '1rem',
    cell: ({ sessionId, workflowId }) => (
      <RowCheckbox
        label={`Mark ${workflowId} ${sessionId}`}
        isSelected={marked.has(sessionId)}
        onChange={(isMarked) => mark(sessionId, isMarked)}
      />
    ),
  }
}
