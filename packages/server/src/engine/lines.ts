import type { AgentState } from '../core/agent/state.ts'
import type { SessionState } from '../core/session/state.ts'
import { agentLine, capabilityLine } from '../core/waiting-line/waiter.ts'
import type { CompiledTask, CompiledWorkflow } from '../core/workflow/compiled-workflow.ts'
import type { Store } from '../ports/store.ts'
import type { Agents } from './agents.ts'

/** The line in which a task waits; at once, where that is known. */
export type LineOf = (task: CompiledTask, session: SessionState, workflow: CompiledWorkflow) => string | Promise<string>

/**
 * Where a task waits for its agent (engine.md, "Room and routing"): with the agent it is pinned to; with the session's
 * agent, where that one has the capability or none is asked; else with whoever has the capability. One that is offline
 * for want of heartbeats, or ranks behind others, has it like any other: what it lost is tried elsewhere. Where nobody is registered with it,
 * `preferred` falls back to the session's agent and `strict` waits.
 */
export function createLineOf({ store, agents }: { store: Store; agents: Agents }): LineOf {
  async function otherLine(agentId: string, capability: string, { routing }: CompiledWorkflow): Promise<string> {
    if (can(await agents.read(agentId), capability)) return agentLine(agentId)
    if (routing === 'strict') return capabilityLine(capability)
    const [anyone] = await store.candidates(capability, 1)
    return anyone ? capabilityLine(capability) : agentLine(agentId)
  }

  return ({ agentId, capability }, { head }, workflow) => {
    if (agentId !== null) return agentLine(agentId)
    if (capability === null || can(agents.known(head.agentId), capability)) return agentLine(head.agentId)
    return otherLine(head.agentId, capability, workflow)
  }
}

/** Whether this agent is there and has the capability. */
const can = (agent: AgentState | null | undefined, capability: string): boolean =>
  agent?.live.deregisteredAt === null &&
  agent.live.silence !== 'offline' &&
  !agent.live.demoted &&
  agent.registration.capabilities.includes(capability)
