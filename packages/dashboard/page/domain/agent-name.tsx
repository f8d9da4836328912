import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useOpsCore } from '../access/ops-core.tsx'
import { PlaceLink } from '../shell/place-link.tsx'
import { shortId } from './copyable.tsx'

/** An agent by its name, or by its id where it is gone. */
export function AgentName({ agentId }: { agentId: string }) {
  const name = useAgentName(agentId)
  return (
    <PlaceLink place="agents" id={agentId} className="quiet-link clip foreign" title={`${name ?? ''} ${agentId}`}>
      {name ?? <code>{shortId(agentId)}</code>}
    </PlaceLink>
  )
}

/** What is scrolled past is not asked for; milliseconds. */
const SETTLED = 200

function useAgentName(agentId: string): string | undefined {
  const { client } = useOpsCore()
  const [isSettled, setIsSettled] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setIsSettled(true), SETTLED)
    return () => clearTimeout(timer)
  }, [])
  const { data } = useQuery({
    enabled: isSettled,
    queryKey: ['agent-name', agentId],
    queryFn: async ({ signal }) => {
      const agent = await client.agents.get(agentId, { signal })
      return agent.agentName
    },
  })
  return data
}
