import type { SessionState } from '../core/session/state.ts'
import { agentLine, capabilityLine } from '../core/waiting-line/waiter.ts'
import type { CompiledTask, CompiledWorkflow } from '../core/workflow/compiled-workflow.ts'
import type { Store } from '../ports/store.ts'
import type { Agents } from './agents.ts'

/** The line in which a task waits. */
export type LineOf = (task: CompiledTask, session: SessionState, workflow: CompiledWorkflow) => Promise<string>

/**
 * Where a task waits for its agent (engine.md, "Room and routing"): with the agent it is pinned to; with the session's
 * agent, where that one has the capability or none is asked; else with whoever has the capability. One that is offline
 * for want of heartbeats has it like any other: what it lost is tried elsewhere. Where nobody is registered with it,
 * `preferred` falls back to the session's agent and `strict` waits.
 */
export function createLineOf({ store, agents }: { store: Store; agents: Agents }): LineOf {
  return async (task, { head }, workflow) => {
    if (task.agentId !== null) return agentLine(task.agentId)
    if (task.capability === null) return agentLine(head.agentId)
    const own = await agents.read(head.agentId)
    const ownIsThere = own !== null && own.live.deregisteredAt === null && own.live.silence !== 'offline'
    if (ownIsThere && own.registration.capabilities.includes(task.capability)) return agentLine(head.agentId)
    if (workflow.routing === 'strict') return capabilityLine(task.capability)
    const [anyone] = await store.candidates(task.capability, 1)
    return anyone ? capabilityLine(task.capability) : agentLine(head.agentId)
  }
}
