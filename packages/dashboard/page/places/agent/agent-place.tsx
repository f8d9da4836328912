import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useOpsCore } from '../../access/ops-core.tsx'
import { oneAgent } from '../../data/agents.ts'
import { isNotFound } from '../../data/problem.ts'
import { EmptyState } from '../../design-system/empty-state.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { Place } from '../../shell/place.tsx'
import { AgentDetail } from './agent-detail.tsx'

export function AgentPlace() {
  const { client } = useOpsCore()
  const { agentId } = useParams({ from: '/agents/$agentId' })
  const agent = useQuery(oneAgent(client, agentId))
  if (agent.data !== undefined && !isNotFound(agent.error)) return <AgentDetail key={agentId} agent={agent.data} />
  return (
    <Place title="Agent">
      {agent.isPending ? null : isNotFound(agent.error) ? (
        <EmptyState icon="search" title="There is no such agent">
          <p>It never registered, or was deregistered.</p>
          <Link to="/agents" className="link">
            To the agents
          </Link>
        </EmptyState>
      ) : (
        <ProblemView error={agent.error} since={agent.errorUpdatedAt} onRetry={() => void agent.refetch()} />
      )}
    </Place>
  )
}
