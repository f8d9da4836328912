/** Who gets a task that any agent with its capability may do, and why (engine.md, "Room and routing"). */
import type { RoutingReceipt } from '@opscore/contract'
import type { CompiledTask } from '@opscore/workflow'
import { availabilityOf, roomOf } from './agent/availability.ts'
import { isRefusing } from './agent/demotion.ts'
import type { AgentRegistration, AgentState } from './agent/state.ts'

/** How an agent stands in the index that routing reads. */
export interface RoutingEntry {
  agentId: string
  capabilities: string[]
  /** It may be given a task now: its state allows it, it has room and is reachable. */
  ready: boolean
  /**
   * What speaks against it, in the order that stores keep: places held over room, and far more than that where it ranks behind
   * others, refuses (`agent/demotion.ts`) or is held by an operator (`agent/hold.ts`).
   */
  load: number
  lastUsedAt: number
}

/** How many candidates a receipt names. */
const RECEIPT_CANDIDATES = 20

const isListed = (state: AgentState | null): state is AgentState => state !== null && state.live.deregisteredAt === null
const isReady = (state: AgentState): boolean => availabilityOf(state) === 'READY'
/** More than any load: an agent has room for 10,000 at most. */
const BEHIND = 100_000
/** More than what any agent comes to that nobody holds. */
const HELD = 4 * BEHIND

const isBehind = ({ load }: RoutingEntry): boolean => load >= BEHIND
const isHeld = ({ load }: RoutingEntry): boolean => load >= HELD
const refuses = (entry: RoutingEntry): boolean => !isHeld(entry) && entry.load >= 2 * BEHIND

function loadOf({ registration, live }: AgentState): number {
  const taken = live.places.length / roomOf({ registration, live })
  if (live.hold) return taken + HELD
  if (!live.demoted) return taken
  return taken + (isRefusing(live) ? 2 * BEHIND : BEHIND)
}

/** How the agent stands in the routing index; `null` for one that is not registered. */
export function routingEntryOf(state: AgentState | null): RoutingEntry | null {
  if (!isListed(state)) return null
  const { registration, live } = state
  return {
    agentId: registration.agentId,
    capabilities: registration.capabilities,
    ready: isReady(state),
    load: loadOf(state),
    lastUsedAt: live.lastUsedAt,
  }
}

/** Whether both would have the same entry in the routing index; neither is made. */
export function standsAlike(before: AgentState | null, after: AgentState | null): boolean {
  if (!isListed(before) || !isListed(after)) return isListed(before) === isListed(after)
  return (
    before.live.lastUsedAt === after.live.lastUsedAt &&
    loadOf(before) === loadOf(after) &&
    isReady(before) === isReady(after) &&
    // What was registered has not been looked at for long, where the fleet is large: to fetch it into the cache is dear.
    (before.registration === after.registration || sameCapabilities(before.registration, after.registration))
  )
}

function sameCapabilities({ capabilities: a }: AgentRegistration, { capabilities: b }: AgentRegistration): boolean {
  return a === b || a.join('\n') === b.join('\n')
}

/** The ready ones in the order in which they are chosen: lowest load, then least recently used. */
export function inOrder(candidates: readonly RoutingEntry[]): RoutingEntry[] {
  return candidates
    .filter((candidate) => candidate.ready)
    .sort((a, b) => a.load - b.load || a.lastUsedAt - b.lastUsedAt || (a.agentId < b.agentId ? -1 : 1))
}

/** Of the ready ones, in order: those that rank behind only where there are no others. */
export function firstInOrder(candidates: readonly RoutingEntry[]): RoutingEntry[] {
  const ready = inOrder(candidates)
  const ahead = ready.filter((candidate) => !isBehind(candidate))
  return ahead.length > 0 ? ahead : ready
}

/**
 * Whether attempts that follow another one wait for somebody else than these. Where one that can be depended on is only busy,
 * a task must not spend all its attempts with agents that let them time out.
 */
export function areForFirstAttempts(ready: readonly RoutingEntry[], candidates: readonly RoutingEntry[]): boolean {
  return ready.every(isBehind) && candidates.some((one) => !isBehind(one) && (one.ready || one.load >= 1))
}

/** Why this agent, where no other could have had the task. */
export function onlyChoice(
  { registration: { agentId, capabilities } }: AgentState,
  task: Pick<CompiledTask, 'agentId' | 'capability'> | null,
): RoutingReceipt {
  const alone = { chosen: agentId, candidates: [], considered: 1 }
  if (task?.agentId === agentId) return { ...alone, reason: 'PINNED' }
  const declared = !task?.capability || capabilities.includes(task.capability)
  return { ...alone, reason: declared ? 'SESSION_AGENT' : 'CAPABILITY_NOT_DECLARED' }
}

/** Why this agent, and why not the others. */
export function receiptFor(chosen: RoutingEntry, candidates: readonly RoutingEntry[]): RoutingReceipt {
  const others = candidates.filter((candidate) => candidate.agentId !== chosen.agentId)
  return {
    chosen: chosen.agentId,
    reason: 'LEAST_LOADED',
    candidates: others
      .slice(0, RECEIPT_CANDIDATES)
      .map((candidate) => ({ agentId: candidate.agentId, reason: passedOver(candidate, chosen) })),
    considered: others.length + 1,
  }
}

function passedOver(candidate: RoutingEntry, chosen: RoutingEntry): string {
  if (!candidate.ready) {
    if (isHeld(candidate)) return 'AGENT_PAUSED'
    if (refuses(candidate)) return 'AGENT_REFUSED'
    return candidate.load % BEHIND >= 1 ? 'AGENT_BUSY' : 'AGENT_NOT_READY'
  }
  if (isBehind(candidate) && !isBehind(chosen)) return 'RANKS_BEHIND'
  return candidate.load > chosen.load ? 'HIGHER_LOAD' : 'USED_MORE_RECENTLY'
}
