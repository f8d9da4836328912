import type { OpsEvent, SessionView } from '@opscore/contract'
import type { ReactNode } from 'react'
import { Status } from '../../design-system/state/status.tsx'
import type { Column } from '../../design-system/table/column.ts'
import { spanText } from '../../design-system/time.tsx'
import { eventLook, eventSummary } from '../../domain/event-looks.ts'
import { GAP, type HistoryRow } from './both-ends.ts'

/** What is said of each event; in the gap there is nothing but the gap. */
export function historyColumns(
  { startTime, tasks }: Pick<SessionView, 'startTime' | 'tasks'>,
  choose: (id: string) => void,
): readonly Column<HistoryRow>[] {
  const start = Date.parse(startTime)
  const names = new Map(tasks.map(({ taskId, name }) => [taskId, name]))
  return [
    {
      id: 'time',
      name: 'After',
      width: '5.5rem',
      narrow: '4.5rem',
      cell: of(({ time }) => (
        <span className="number faint" title={time}>
          {spanText(Date.parse(time) - start)}
        </span>
      )),
    },
    {
      id: 'type',
      name: 'Event',
      width: '12rem',
      narrow: 'minmax(0, 1fr)',
      cell: (row) =>
        row === GAP ? (
          <span className="soft">… not read yet …</span>
        ) : (
          <button type="button" className="row-link clip" onClick={() => choose(row.id)}>
            <Status look={eventLook(row.type)} />
          </button>
        ),
    },
    {
      id: 'task',
      name: 'Task',
      width: 'minmax(6rem, 0.6fr)',
      narrow: 'minmax(0, 0.7fr)',
      cell: of(({ taskId, taskDefinitionId }) => (
        <span className="clip foreign">{names.get(taskId ?? '') ?? taskDefinitionId}</span>
      )),
    },
    {
      id: 'about',
      name: 'About',
      width: 'minmax(8rem, 1.4fr)',
      cell: of((event) => <span className="clip foreign soft">{eventSummary(event)}</span>),
    },
    {
      id: 'id',
      name: 'Id',
      width: '6.5rem',
      align: 'end',
      cell: of(({ id }) => <code className="faint clip">{id}</code>),
    },
  ]
}

const of =
  (cell: (event: OpsEvent) => ReactNode) =>
  (row: HistoryRow): ReactNode =>
    row === GAP ? null : cell(row)
