import type { AgentView } from '@opscore/contract'
import type { Address } from '../../shell/use-address.ts'

export interface AgentFilter {
  states: string[]
  liveness: string[]
  capability: string | undefined
  version: string | undefined
  /** A part of the name or the beginning of the id. */
  text: string | undefined
}

export const agentFilterOf = ({ many, one }: Address): AgentFilter => ({
  states: many('state'),
  liveness: many('liveness'),
  capability: one('capability'),
  version: one('version'),
  text: one('text')?.toLowerCase(),
})

export function fitsAgent(agent: AgentView, { states, liveness, capability, version, text }: AgentFilter): boolean {
  return (
    (states.length === 0 || states.includes(agent.state)) &&
    (liveness.length === 0 || liveness.includes(agent.liveness)) &&
    (capability === undefined || agent.capabilities.includes(capability)) &&
    (version === undefined || agent.version === version) &&
    (text === undefined || agent.agentName.toLowerCase().includes(text) || agent.agentId.toLowerCase().startsWith(text))
  )
}
