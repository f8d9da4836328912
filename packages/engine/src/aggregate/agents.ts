/** Agents as the engine runs them: the mailbox over the pure agent, with its place in the routing index. */

import { availabilityOf, isDependable } from '../core/agent/availability.ts'
import { type AgentCommand, agentWakeAt, decideAgent } from '../core/agent/decide.ts'
import type { AgentEvent } from '../core/agent/events.ts'
import { evolveAgent, withHeartbeat } from '../core/agent/evolve.ts'
import type { AgentState } from '../core/agent/state.ts'
import type { EventDraft } from '../core/event.ts'
import { routingEntryOf, standsAlike } from '../core/routing.ts'
import type { Clock } from '../ports/clock.ts'
import type { AgentCommit, Store } from '../ports/store.ts'
import type { WakeQueue } from '../ports/wake-queue.ts'
import { isSmall } from '../stream/is-small.ts'
import type { Agents, Steps } from './agents-and-sessions.ts'
import type { Batch, Decided } from './aggregate-kind.ts'
import { createMailbox } from './mailbox.ts'
import type { Outcomes } from './outcome.ts'

type AgentBatch = Batch<AgentState, AgentCommand>

/** Agents kept in memory: a report finds its agent here, and where the fleet is larger it costs a read. Half of them never move within. */
const CACHED_AGENTS = 300_000
/** Characters of details with which an agent is kept. */
const LIGHT = 2_048

export function createAgents(parts: {
  store: Store
  health: { writable: boolean }
  clock: Clock
  wakeQueue: WakeQueue
  outcomes: Pick<Outcomes, 'publish'>
  steps: Pick<Steps, 'ofAgent'>
  /** `api` leaves effects to other processes. */
  role?: 'all' | 'api' | 'worker'
}): Agents {
  const { store, clock, wakeQueue } = parts

  function decide(
    agentId: string,
    state: AgentState | null,
    command: AgentCommand,
    now: number,
  ): Decided<AgentState> | null {
    const { events, effects } = decideAgent(agentId, state, command, now)
    if (events.length === 0 && effects.length === 0 && command.type !== 'heartbeat') return null
    let after = state
    // Every event that decideAgent makes is an agent's; the drafts it returns are typed for any log.
    for (const event of events) after = evolveAgent(after, event as AgentEvent)
    if (after && command.type === 'heartbeat') after = withHeartbeat(after, now)
    return after ? { state: after, events, effects } : null
  }

  function toCommit({ id, now, before, after, events, effects, done, once }: AgentBatch): AgentCommit {
    const known = before?.state ?? null
    const expectedVersion = before?.version ?? 0
    const wakeAt = agentWakeAt(after, now)
    const { live, registration } = after
    const commit: AgentCommit = { kind: 'agent', agentId: id, expectedVersion, events, wakeAt, effects, done, live }
    // Added where there are any: spread into the literal they cost more than all else here.
    if (isReportOnly(known, after, events)) commit.reportOnly = true
    if (known?.registration !== registration) commit.registration = registration
    if (!standsAlike(known, after)) commit.routing = { before: routingEntryOf(known), after: routingEntryOf(after) }
    if (once.length > 0) commit.once = once
    return commit
  }

  function committed(
    { id, before, after, effects }: AgentBatch,
    version: number,
    { wakeAt, reportOnly, routing }: AgentCommit,
  ): void {
    const known = before?.state ?? null
    if (wakeAt !== null) wakeQueue.schedule({ kind: 'agent', id, version, at: wakeAt })
    else if (known && agentWakeAt(known, 0) !== null) wakeQueue.cancel({ kind: 'agent', id })
    // Nearly every report is such: nobody has anything to do for it.
    if (reportOnly && !routing && effects.length === 0) return
    const ready = readier(known, after)
    const capabilities = known?.registration.capabilities ?? []
    const lost = known && isLess(known, after) ? capabilities : null
    const missed = !lost && known && isDependable(known) && !isDependable(after) ? capabilities : null
    if (effects.length > 0 || ready || lost || missed)
      parts.outcomes.publish({ kind: 'agent', id, version, effects, ready, lost, missed })
  }

  return createMailbox({
    name: 'agent',
    store,
    now: clock.now,
    handsOver: parts.role === 'api',
    health: parts.health,
    load: (id) => store.loadAgent(id),
    decide,
    toCommit,
    company: (part) => (part.draft.effects.length > 0 ? parts.steps.ofAgent(part) : []),
    committed,
    capacity: CACHED_AGENTS,
    weight: (agent) => (agent === null || isSmall(agent.live.details, LIGHT) ? 1 : Number.POSITIVE_INFINITY),
  })
}

/** Later signs of life are not in the event: what was seen then is. */
function isReportOnly(before: AgentState | null, after: AgentState, events: readonly EventDraft[]): boolean {
  return (
    before !== null &&
    events.length === 1 &&
    events[0]?.type === 'agent.state_changed' &&
    after.registration === before.registration &&
    after.live.places === before.live.places &&
    after.live.echoes === before.live.echoes &&
    after.live.seenAt === events[0].time
  )
}

function readier(before: AgentState | null, after: AgentState): boolean {
  if (availabilityOf(after) !== 'READY') return false
  if (!before || availabilityOf(before) !== 'READY') return true
  return after.live.places.length < before.live.places.length || after.registration !== before.registration
}

function isLess(before: AgentState, after: AgentState): boolean {
  return (
    after.live.deregisteredAt !== null ||
    fellSilent(before, after) ||
    (after.live.demoted !== undefined && !before.live.demoted) ||
    (after.live.hold !== undefined && !before.live.hold) ||
    lostCapability(before, after)
  )
}

function fellSilent(before: AgentState, after: AgentState): boolean {
  return after.live.silence === 'offline' && before.live.silence !== 'offline'
}

function lostCapability(before: AgentState, after: AgentState): boolean {
  if (before.registration === after.registration) return false
  return before.registration.capabilities.some((capability) => !after.registration.capabilities.includes(capability))
}
