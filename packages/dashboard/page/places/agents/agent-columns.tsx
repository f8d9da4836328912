import type { AgentView } from '@opscore/contract'
import { Link } from '@tanstack/react-router'
import type { Column } from '../../design-system/data-table.tsx'
import { Status } from '../../design-system/status.tsx'
import { Since } from '../../design-system/time.tsx'
import { agentLook, LIVENESS_LOOKS } from '../../domain/looks.ts'
import { Slots } from '../../domain/slots.tsx'
import { HeldTasks } from './held-tasks.tsx'

export const AGENT_COLUMNS: readonly Column<AgentView>[] = [
  {
    id: 'name',
    name: 'Agent',
    width: 'minmax(8rem, 1fr)',
    narrow: 'minmax(0, 1fr)',
    cell: ({ agentId, agentName }) => (
      <Link
        to="/agents/$agentId"
        params={{ agentId }}
        className="row-link clip foreign"
        title={`${agentName} ${agentId}`}
      >
        {agentName}
      </Link>
    ),
  },
  {
    id: 'state',
    name: 'State',
    width: '8rem',
    narrow: '6rem',
    cell: ({ state }) => <Status look={agentLook(state)} />,
  },
  {
    id: 'liveness',
    name: 'Liveness',
    width: '8rem',
    narrow: '6.75rem',
    cell: ({ liveness }) => <Status look={LIVENESS_LOOKS[liveness]} />,
  },
  { id: 'slots', name: 'Slots', width: '8rem', cell: (agent) => <Slots agent={agent} /> },
  { id: 'task', name: 'At work on', width: 'minmax(8rem, 1.2fr)', cell: ({ places }) => <HeldTasks places={places} /> },
  {
    id: 'capabilities',
    name: 'Capabilities',
    width: 'minmax(8rem, 1.2fr)',
    cell: ({ capabilities }) => (
      <span className="clip foreign soft" title={capabilities.join(', ')}>
        {capabilities.join(', ')}
      </span>
    ),
  },
  {
    id: 'version',
    name: 'Version',
    width: '5.5rem',
    cell: ({ version }) => <span className="clip foreign soft">{version}</span>,
  },
  {
    id: 'seen',
    name: 'Last seen',
    width: '6.5rem',
    align: 'end',
    cell: ({ lastSeenAt }) => <Since time={lastSeenAt} />,
  },
]
