import type { AgentView } from '@opscore/contract'
import { Status } from '../../design-system/state/status.tsx'
import type { Column } from '../../design-system/table/column.ts'
import { Since } from '../../design-system/time.tsx'
import { agentLook, LIVENESS_LOOKS } from '../../domain/looks.ts'
import { Slots } from '../../domain/slots.tsx'
import { PlaceLink } from '../../shell/place-link.tsx'
import { HeldTasks } from './held-tasks.tsx'

export const AGENT_COLUMNS: readonly Column<AgentView>[] = [
  {
    id: 'name',
    name: 'Agent',
    width: 'minmax(8rem, 1fr)',
    narrow: 'minmax(0, 1fr)',
    cell: ({ agentId, agentName }) => (
      <PlaceLink place="agents" id={agentId} className="row-link clip foreign" title={`${agentName} ${agentId}`}>
        {agentName}
      </PlaceLink>
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
