import { useQuery } from '@tanstack/react-query'
import { useOpsCore } from '../../access/ops-core.tsx'
import { agentLine } from '../../data/agents.ts'
import { Status } from '../../design-system/state/status.tsx'
import { Since } from '../../design-system/time.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { WAIT_LOOKS } from '../../domain/wait-words.ts'
import { PlaceLink } from '../../shell/place-link.tsx'

/** What waits for the agent, in the order in which it would take it, and why it takes none of it now. */
export function AgentLine({ agentId }: { agentId: string }) {
  const { client } = useOpsCore()
  const line = useQuery(agentLine(client, agentId))
  if (line.isError) {
    return <ProblemView error={line.error} since={line.errorUpdatedAt} onRetry={() => void line.refetch()} />
  }
  if (line.data === undefined || line.data.items.length === 0) return null
  const { cause, items, more } = line.data
  return (
    <section className="waits" aria-label="What waits for it">
      <p className="in-place">
        {cause === null ? null : (
          <>
            <Status look={WAIT_LOOKS[cause.code]} isStrong />{' '}
            <span className="soft foreign">
              {cause.detail}. {cause.hint}.
            </span>
          </>
        )}
      </p>
      <ul>
        {items.map(({ taskId, sessionId, capability, priority, since }, index) => (
          <li key={taskId}>
            <span className="faint number">{index + 1}</span>
            <PlaceLink place="sessions" id={sessionId} search={{ task: taskId }} className="quiet-link foreign">
              {taskId}
            </PlaceLink>
            <span className="grow soft foreign">
              {capability === null ? 'for it alone' : `for who can ${capability}`}
            </span>
            <span className="faint">priority {priority}</span>
            <span className="faint waits-time">
              <Since time={since} />
            </span>
          </li>
        ))}
      </ul>
      {more ? <p className="in-place faint">The first {items.length}; there are more.</p> : null}
    </section>
  )
}
