import type { SessionSummary } from '@opscore/contract'
import { Status } from '../../design-system/state/status.tsx'
import type { Column } from '../../design-system/table/column.ts'
import { Clock, Elapsed } from '../../design-system/time.tsx'
import { AgentName } from '../../domain/agent-name.tsx'
import { shortId } from '../../domain/copyable.tsx'
import { SESSION_LOOKS } from '../../domain/looks.ts'
import { PlaceLink } from '../../shell/place-link.tsx'

export const SESSION_COLUMNS: readonly Column<SessionSummary>[] = [
  {
    id: 'status',
    name: 'Status',
    width: '7.5rem',
    narrow: '6.75rem',
    cell: ({ status }) => <Status look={SESSION_LOOKS[status]} />,
  },
  {
    id: 'session',
    name: 'Session',
    width: '8.5rem',
    cell: ({ sessionId }) => <code className="faint">{shortId(sessionId)}</code>,
  },
  {
    id: 'workflow',
    name: 'Workflow',
    width: 'minmax(9rem, 1fr)',
    narrow: 'minmax(0, 1fr)',
    cell: ({ sessionId, workflowId, workflowRevision }) => (
      <PlaceLink place="sessions" id={sessionId} className="row-link clip">
        <span className="foreign">{workflowId}</span>
        {workflowRevision === null ? null : <span className="faint"> r{workflowRevision}</span>}
      </PlaceLink>
    ),
  },
  { id: 'agent', name: 'Agent', width: 'minmax(6rem, 0.7fr)', cell: ({ agentId }) => <AgentName agentId={agentId} /> },
  {
    id: 'error',
    name: 'Error',
    width: 'minmax(6rem, 1.6fr)',
    cell: ({ error }) =>
      error === null ? null : (
        <span className="clip foreign" title={`${error.code}: ${error.message}`}>
          <code className="bad-text">{error.code}</code> <span className="soft">{error.message}</span>
        </span>
      ),
  },
  { id: 'started', name: 'Started', width: '8rem', cell: ({ startTime }) => <Clock time={startTime} /> },
  {
    id: 'duration',
    name: 'Took',
    width: '6rem',
    narrow: '5rem',
    align: 'end',
    cell: ({ startTime, endTime }) => <Elapsed from={startTime} to={endTime} />,
  },
]
