import type { CompiledTask, CompiledWorkflow } from '@opscore/workflow'
import type { Agents } from '../aggregate/agents-and-sessions.ts'
import type { AgentState } from '../core/agent/state.ts'
import type { SessionState } from '../core/session/state.ts'
import { agentLine, capabilityLine } from '../core/waiting-line/waiter.ts'
import type { Store } from '../ports/store.ts'

/** The line in which a task waits. */
export interface Lines {
  /** At once, where that is known. */
  of(task: CompiledTask, session: SessionState, workflow: CompiledWorkflow): string | Promise<string>
  /** `undefined` where it is not known. */
  known(task: CompiledTask, session: SessionState): string | undefined
}

/**
 * Where a task waits for its agent (engine.md, "Room and routing"): with the agent it is pinned to; with the session's
 * agent, where that one has the capability or none is asked; else with whoever has the capability. One that is offline
 * for want of heartbeats, or ranks behind others, has it like any other: what it lost is tried elsewhere. Where nobody is registered with it,
 * `preferred` falls back to the session's agent and `strict` waits.
 */
export function createLines({ store, agents }: { store: Store; agents: Pick<Agents, 'read' | 'known'> }): Lines {
  async function otherLine(agentId: string, capability: string, { routing }: CompiledWorkflow): Promise<string> {
    if (can(await agents.read(agentId), capability)) return agentLine(agentId)
    if (routing === 'strict') return capabilityLine(capability)
    const [anyone] = await store.candidates(capability, 1)
    return anyone ? capabilityLine(capability) : agentLine(agentId)
  }

  function known({ agentId, capability }: CompiledTask, { head }: SessionState): string | undefined {
    if (agentId !== null) return agentLine(agentId)
    if (capability === null || can(agents.known(head.agentId), capability)) return agentLine(head.agentId)
    return undefined
  }

  return {
    known,
    of: (task, session, workflow) =>
      known(task, session) ?? otherLine(session.head.agentId, task.capability ?? '', workflow),
  }
}

/** Whether this agent is there, has the capability, and nobody holds it. */
const can = (agent: AgentState | null | undefined, capability: string): boolean =>
  agent?.live.deregisteredAt === null &&
  agent.live.silence !== 'offline' &&
  !agent.live.demoted &&
  !agent.live.hold &&
  agent.registration.capabilities.includes(capability)
