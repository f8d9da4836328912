/**
 * Every registered agent as far as an overview needs it, counted as events come. Pure: fed by states and events, it asks
 * nobody.
 *
 * Invariants
 * 1. An agent's row is the fold of its events by `evolveAgent`, without what it said in its details: an event that comes again is
 *    made good by those that follow it.
 * 2. The counters are what a count over the rows would give.
 */
import type { AttentionKind } from '@opscore/contract'
import { isReachable, roomOf } from '../core/agent/availability.ts'
import type { AgentEvent } from '../core/agent/events.ts'
import { evolveAgent } from '../core/agent/evolve.ts'
import { livenessOf } from '../core/agent/liveness.ts'
import { type AgentState, lingers } from '../core/agent/state.ts'

export type AgentTrouble = Extract<AttentionKind, `agent_${string}`>

export interface AgentRow {
  state: AgentState
  /** What is wrong with it, each since when; epoch milliseconds. */
  troubles: ReadonlyMap<AgentTrouble, number>
}

export interface AgentCounts {
  total: number
  byState: ReadonlyMap<string, number>
  byLiveness: ReadonlyMap<string, number>
  byTrouble: ReadonlyMap<string, number>
  slots: { held: number; total: number }
}

export interface AgentTable {
  /** Takes an agent in as it is stored. */
  put(state: AgentState): void
  apply(event: AgentEvent): void
  counts(): AgentCounts
  find(agentId: string): AgentRow | undefined
  rows(): Iterable<AgentRow>
  troubled(): Iterable<AgentRow>
  withCapability(capability: string): Iterable<AgentRow>
}

const NO_TROUBLE: ReadonlyMap<AgentTrouble, number> = new Map()

export function createAgentTable(): AgentTable {
  const rows = new Map<string, AgentRow>()
  const inTrouble = new Map<string, AgentRow>()
  const byCapability = new Map<string, Map<string, AgentRow>>()
  const byState = new Map<string, number>()
  const byLiveness = new Map<string, number>()
  const byTrouble = new Map<string, number>()
  const slots = { held: 0, total: 0 }

  function count({ state, troubles }: AgentRow, by: 1 | -1): void {
    add(byState, state.live.state, by)
    add(byLiveness, livenessOf(state), by)
    for (const trouble of troubles.keys()) add(byTrouble, trouble, by)
    slots.held += by * state.live.places.length
    slots.total += by * roomOf(state)
  }

  function list(row: AgentRow, capabilities: readonly string[]): void {
    const { agentId } = row.state.registration
    for (const capability of capabilities) {
      const able = byCapability.get(capability) ?? new Map<string, AgentRow>()
      byCapability.set(capability, able.set(agentId, row))
    }
  }

  function unlist(agentId: string, capabilities: readonly string[]): void {
    for (const capability of capabilities) {
      const able = byCapability.get(capability)
      able?.delete(agentId)
      if (able?.size === 0) byCapability.delete(capability)
    }
  }

  function remove(agentId: string): void {
    const row = rows.get(agentId)
    if (!row) return
    count(row, -1)
    unlist(agentId, row.state.registration.capabilities)
    inTrouble.delete(agentId)
    rows.delete(agentId)
  }

  function set(state: AgentState, time: number): void {
    const { agentId, capabilities } = state.registration
    const row = rows.get(agentId)
    const troubles = troublesOf(state, row?.troubles ?? NO_TROUBLE, time)
    if (row) {
      const before = row.state.registration
      count(row, -1)
      row.state = state
      row.troubles = troubles
      count(row, 1)
      if (before !== state.registration) {
        unlist(agentId, before.capabilities)
        list(row, capabilities)
      }
      if (troubles.size > 0) inTrouble.set(agentId, row)
      else inTrouble.delete(agentId)
      return
    }
    const added: AgentRow = { state, troubles }
    rows.set(agentId, added)
    count(added, 1)
    list(added, capabilities)
    if (troubles.size > 0) inTrouble.set(agentId, added)
  }

  return {
    put(state) {
      if (state.live.deregisteredAt !== null) return remove(state.registration.agentId)
      set(slim(state), state.live.receivedAt)
    },
    apply(event) {
      const before = rows.get(event.agentId)?.state ?? null
      if (event.type === 'agent.deregistered') return remove(event.agentId)
      // Of an agent that left before it was looked at.
      if (!before && event.type !== 'agent.registered') return
      set(slim(evolveAgent(before, event)), event.time)
    },
    counts: () => ({ total: rows.size, byState, byLiveness, byTrouble, slots: { ...slots } }),
    find: (agentId) => rows.get(agentId),
    rows: () => rows.values(),
    troubled: () => inTrouble.values(),
    withCapability: (capability) => byCapability.get(capability)?.values() ?? [],
  }
}

function add(counters: Map<string, number>, name: string, by: number): void {
  const count = (counters.get(name) ?? 0) + by
  if (count === 0) counters.delete(name)
  else counters.set(name, count)
}

/** Details may be large, and of the metadata only the configuration is looked at. */
function slim({ registration, live }: AgentState): AgentState {
  const { metadata } = registration
  const isSlim = metadata === null || Object.keys(metadata).every((key) => key === 'config')
  return {
    registration: isSlim ? registration : { ...registration, metadata: { config: metadata.config ?? null } },
    live: live.details === null ? live : { ...live, details: null },
  }
}

/** What is wrong with the agent; what was wrong before is so since then. */
function troublesOf(
  state: AgentState,
  before: ReadonlyMap<AgentTrouble, number>,
  time: number,
): ReadonlyMap<AgentTrouble, number> {
  const { live } = state
  const found: AgentTrouble[] = []
  if (live.state === 'error') found.push('agent_in_error')
  if (live.silence === 'offline') found.push('agent_offline')
  else if (!isReachable(state)) found.push('agent_unreachable')
  if (live.demoted && live.places.some(lingers)) found.push('agent_hung')
  if (found.length === 0) return NO_TROUBLE
  if (found.length === before.size && found.every((trouble) => before.has(trouble))) return before
  return new Map(found.map((trouble) => [trouble, before.get(trouble) ?? time]))
}
