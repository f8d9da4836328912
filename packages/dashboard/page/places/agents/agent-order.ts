import type { AgentView } from '@opscore/contract'
import type { AgentMap } from '../../data/live/fold-agents.ts'

const NAMES = new Intl.Collator('en', { numeric: true })

/** More new names than this are sorted with all the others. */
const PUT_IN = 200

/**
 * Agents in order of their names, as people count: agent-2 before agent-10. What happens changes agents ten times a second, and
 * rarely their names: whoever stays keeps its place, since comparing 10,000 names would hold the page.
 */
export function createAgentOrder(): (agents: AgentMap) => AgentView[] {
  let before: readonly AgentView[] = []

  function inOrder(agents: AgentMap): AgentView[] {
    const kept: AgentView[] = []
    const placed = new Set<string>()
    for (const { agentId, agentName } of before) {
      const agent = agents.get(agentId)
      if (agent?.agentName !== agentName) continue
      kept.push(agent)
      placed.add(agentId)
    }
    if (kept.length === agents.size) return kept
    const fresh = [...agents.values()].filter(({ agentId }) => !placed.has(agentId))
    if (fresh.length > PUT_IN) return [...kept, ...fresh].sort((a, b) => NAMES.compare(a.agentName, b.agentName))
    for (const agent of fresh) kept.splice(placeOf(agent, kept), 0, agent)
    return kept
  }

  return (agents) => {
    const ordered = inOrder(agents)
    before = ordered
    return ordered
  }
}

function placeOf({ agentName }: AgentView, agents: readonly AgentView[]): number {
  let low = 0
  let high = agents.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (NAMES.compare(agents[middle]?.agentName ?? '', agentName) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
