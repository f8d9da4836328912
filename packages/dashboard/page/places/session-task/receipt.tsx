import type { RoutingReceipt } from '@opscore/contract'
import { AgentName } from '../../domain/agent-name.tsx'

const REASONS: Record<RoutingReceipt['reason'], string> = {
  PINNED: 'the definition names it',
  SESSION_AGENT: "it is the session's agent",
  LEAST_LOADED: 'of those that can, it had the least to do',
  CAPABILITY_NOT_DECLARED: "it is the session's agent, which does not declare the capability",
}

/** Why a candidate was passed over; a word that is not known here is shown as it is. */
const PASSED_OVER: Record<string, string> = {
  AGENT_BUSY: 'busy',
  AGENT_NOT_READY: 'not ready',
  HIGHER_LOAD: 'has more to do',
  USED_MORE_RECENTLY: 'had a task more recently',
}

/** Why this agent, and why not the others. */
export function Receipt({ receipt: { chosen, reason, candidates, considered } }: { receipt: RoutingReceipt }) {
  return (
    <section className="receipt" aria-label="Why this agent">
      <p>
        <AgentName agentId={chosen} /> <span className="soft">took it: {REASONS[reason]}.</span>
      </p>
      {candidates.length === 0 ? null : (
        <ul>
          {candidates.map(({ agentId, reason: why }) => (
            <li key={agentId}>
              <AgentName agentId={agentId} />
              <span className="faint foreign">{PASSED_OVER[why] ?? why}</span>
            </li>
          ))}
        </ul>
      )}
      <p className="faint number">
        {considered} {considered === 1 ? 'agent was' : 'agents were'} looked at
      </p>
    </section>
  )
}
