import '../session/session.css'
import './agent.css'
import type { AgentView } from '@opscore/contract'
import { Link } from '@tanstack/react-router'
import { Notice } from '../../design-system/notice.tsx'
import { Status } from '../../design-system/state/status.tsx'
import { Tabs } from '../../design-system/tabs.tsx'
import { Clock } from '../../design-system/time.tsx'
import { Copyable } from '../../domain/copyable.tsx'
import { agentLook, LIVENESS_LOOKS } from '../../domain/looks.ts'
import { Payload } from '../../domain/payload.tsx'
import { Place } from '../../shell/place.tsx'
import { useAddress } from '../../shell/use-address.ts'
import { AgentActions } from './agent-actions.tsx'
import { AgentHistory } from './agent-history.tsx'
import { AgentSessions } from './agent-sessions.tsx'
import { AgentWaits } from './agent-waits.tsx'
import { Clocks } from './clocks.tsx'
import { HeldSlots } from './held-slots.tsx'

const VIEWS = [
  { id: 'history', name: 'History' },
  { id: 'sessions', name: 'Sessions' },
  { id: 'waits', name: 'Waits' },
  { id: 'data', name: 'Details' },
] as const

export function AgentDetail({ agent }: { agent: AgentView }) {
  const { one, set } = useAddress()
  const { agentId, agentName, state, liveness } = agent
  const view = VIEWS.find(({ id }) => id === one('view'))?.id ?? 'history'
  return (
    <Place
      title={agentName}
      heading={
        <div className="heading">
          <Link to="/agents" className="faint quiet-link">
            Agents
          </Link>
          <span className="faint">/</span>
          <h1 className="clip foreign">{agentName}</h1>
          <Status look={agentLook(state)} isStrong />
          <Status look={LIVENESS_LOOKS[liveness]} isStrong />
        </div>
      }
      actions={<AgentActions agent={agent} />}
    >
      <div className="session-main agent">
        <AgentFacts agent={agent} />
        <Hold agent={agent} />
        <Clocks agent={agent} />
        <HeldSlots agent={agent} />
        <Tabs label="Shown below" tabs={VIEWS} chosen={view} onChoose={(id) => set({ view: id })} />
        {view === 'history' ? <AgentHistory agentId={agentId} /> : null}
        {view === 'sessions' ? <AgentSessions agentId={agentId} /> : null}
        {view === 'waits' ? <AgentWaits agentId={agentId} /> : null}
        {view === 'data' ? (
          <div className="side-by-side">
            <Payload name="Details, as it reported last" value={agent.details} fileName={`${agentId}-details.json`} />
            <Payload name="Metadata, as it registered" value={agent.metadata} fileName={`${agentId}-metadata.json`} />
          </div>
        ) : null}
      </div>
    </Place>
  )
}

function AgentFacts({ agent }: { agent: AgentView }) {
  const { agentId, version, capabilities, contactEndpoint, registeredAt } = agent
  return (
    <dl className="facts">
      <div>
        <dt>Agent</dt>
        <dd>
          <Copyable text={agentId} />
        </dd>
      </div>
      <div>
        <dt>Version</dt>
        <dd className="foreign">{version}</dd>
      </div>
      <div>
        <dt>Endpoint</dt>
        <dd className="foreign">{contactEndpoint}</dd>
      </div>
      <div>
        <dt>Registered</dt>
        <dd>
          <Clock time={registeredAt} />
        </dd>
      </div>
      <div>
        <dt>Capabilities</dt>
        <dd className="row wrap">
          {capabilities.map((capability) => (
            <Link key={capability} to="/agents" search={{ capability }} className="tag foreign">
              {capability}
            </Link>
          ))}
        </dd>
      </div>
    </dl>
  )
}

/** What an operator said of it, and how far a drain is. */
function Hold({ agent: { hold, places } }: { agent: AgentView }) {
  if (hold === null) return null
  const { kind, since, reason, drainedAt } = hold
  return (
    <div className="in-place">
      <Notice tone="warning">
        <p className="foreign">
          {kind === 'pause' ? 'Paused' : 'Draining'} since <Clock time={since} />
          {reason === '' ? '' : `: ${reason}`}.{' '}
          {drainedAt === null ? (
            `It gets no new task${places.length === 0 ? '' : `, and has ${places.length} to end`}.`
          ) : (
            <>
              Its last task ended at <Clock time={drainedAt} />.
            </>
          )}
        </p>
      </Notice>
    </div>
  )
}
