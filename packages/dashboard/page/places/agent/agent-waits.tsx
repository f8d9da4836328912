import type { WaitCause } from '@opscore/contract'
import { useQuery } from '@tanstack/react-query'
import { useOpsCore } from '../../access/ops-core.tsx'
import { agentWaits } from '../../data/agents.ts'
import { EmptyState } from '../../design-system/empty-state.tsx'
import { Status } from '../../design-system/state/status.tsx'
import { Since } from '../../design-system/time.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { WAIT_LOOKS } from '../../domain/wait-words.ts'
import { PlaceLink } from '../../shell/place-link.tsx'

import { AgentLine } from './agent-line.tsx'

/** What waits for the agent; and what the open sessions that were started with it wait for, since when, and what would move it. */
export function AgentWaits({ agentId }: { agentId: string }) {
  const { client } = useOpsCore()
  const waits = useQuery(agentWaits(client, agentId))
  if (waits.isError) {
    return <ProblemView error={waits.error} since={waits.errorUpdatedAt} onRetry={() => void waits.refetch()} />
  }
  if (waits.data === undefined) return null
  const { sessions, hasMore } = waits.data
  return (
    <div className="agent-waits">
      <AgentLine agentId={agentId} />
      {sessions.length === 0 ? <EmptyState icon="check" tone="good" title="No session of it is open" /> : null}
      <section className="waits" aria-label="What its sessions wait for">
        <ul>
          {sessions.flatMap(({ sessionId, workflowId, causes }) =>
            causes.map((cause) => (
              <li key={`${sessionId} ${cause.taskId ?? ''} ${cause.code}`}>
                <Status look={WAIT_LOOKS[cause.code]} isStrong />
                <PlaceLink place="sessions" id={sessionId} search={taskOf(cause)} className="quiet-link foreign">
                  {workflowId} {cause.taskDefinitionId ?? ''}
                </PlaceLink>
                <span className="grow foreign">
                  <span className="soft">{cause.detail}.</span> {cause.hint}.
                </span>
                <span className="faint waits-time">
                  <Since time={cause.since} />
                </span>
              </li>
            )),
          )}
        </ul>
      </section>
      {hasMore ? <p className="in-place faint">The newest {sessions.length} sessions; there are more.</p> : null}
    </div>
  )
}

const taskOf = ({ taskId }: WaitCause) => (taskId === null ? {} : { task: taskId })
