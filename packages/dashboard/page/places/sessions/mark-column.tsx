import type { SessionSummary } from '@opscore/contract'
import { Checkbox } from 'react-aria-components'
import type { Column } from '../../design-system/data-table.tsx'
import { Icon } from '../../design-system/icon.tsx'

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
      <Checkbox
        className="checkbox"
        aria-label={`Mark ${workflowId} ${sessionId}`}
        isSelected={marked.has(sessionId)}
        onChange={(isMarked) => mark(sessionId, isMarked)}
      >
        <span className="checkbox-box">
          <Icon name="check" />
        </span>
      </Checkbox>
    ),
  }
}
