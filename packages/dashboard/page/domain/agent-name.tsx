import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useOpsCore } from '../access/ops-core.tsx'
import { shortId } from './copyable.tsx'

/** An agent by its name, or by its id where it is gone. */
export function AgentName({ agentId }: { agentId: string }) {
  const name = useAgentName(agentId)
  return (
    <Link
      to="/agents/$agentId"
      params={{ agentId }}
      className="quiet-link clip foreign"
      title={`${name ?? ''} ${agentId}`}
    >
      {name ?? <code>{shortId(agentId)}</code>}
    </Link>
  )
}

function useAgentName(agentId: string): string | undefined {
  const { client } = useOpsCore()
  const { data } = useQuery({
    queryKey: ['agent-name', agentId],
    queryFn: async ({ signal }) => {
      const agent = await client.agents.get(agentId, { signal })
      return agent.agentName
    },
  })
  return data
}
