import type { OpsEvent } from '@opscore/contract'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Status } from '../../design-system/state/status.tsx'
import type { Column } from '../../design-system/table/column.ts'
import { Clock } from '../../design-system/time.tsx'
import { shortId } from '../../domain/copyable.tsx'
import { eventLook, eventSummary } from '../../domain/event-looks.ts'
import type { Line } from './lines.ts'

export const eventColumns = (choose: (id: string) => void): readonly Column<Line>[] => [
  {
    id: 'time',
    name: 'Time',
    width: '6rem',
    narrow: '4.5rem',
    cell: (line) => <Clock time={'mark' in line ? line.at : line.time} />,
  },
  {
    id: 'type',
    name: 'Event',
    width: 'minmax(12rem, 0.7fr)',
    narrow: 'minmax(0, 1fr)',
    cell: (line) =>
      'mark' in line ? (
        <span className="soft clip" title={line.mark}>
          {line.mark}
        </span>
      ) : (
        <button type="button" className="row-link clip" onClick={() => choose(line.id)}>
          <Status look={eventLook(line.type)} />
        </button>
      ),
  },
  ofEvent('task', 'Task', 'minmax(6rem, 0.5fr)', ({ taskDefinitionId }) => (
    <span className="clip foreign">{taskDefinitionId}</span>
  )),
  {
    ...ofEvent('session', 'Session', '8.5rem', ({ sessionId, taskId }) =>
      sessionId === undefined ? null : (
        <Link to="/sessions/$sessionId" params={{ sessionId }} search={{ task: taskId }} className="quiet-link">
          <code>{shortId(sessionId)}</code>
        </Link>
      ),
    ),
    narrow: '7.5rem',
  },
  ofEvent('agent', 'Agent', '8.5rem', ({ agentId }) =>
    agentId === undefined ? null : (
      <Link to="/agents/$agentId" params={{ agentId }} className="quiet-link clip">
        <code>{shortId(agentId)}</code>
      </Link>
    ),
  ),
  ofEvent('about', 'About', 'minmax(8rem, 1.2fr)', (event) => (
    <span className="clip foreign soft">{eventSummary(event)}</span>
  )),
]

const ofEvent = (id: string, name: string, width: string, cell: (event: OpsEvent) => ReactNode): Column<Line> => ({
  ...{ id, name, width },
  cell: (line) => ('mark' in line ? null : cell(line)),
})
