import { parseStored } from '@opscore/contract/exact-json'
import type { AgentLive, AgentRegistration, AgentState } from '../core/agent/state.ts'
import type { RoutingEntry } from '../core/routing.ts'
import type { PageRequest, StorePage } from '../ports/page.ts'
import type { AgentCommit, AgentFilter, Versioned } from '../ports/store.ts'
import { compareTexts } from '../store-kit/text-order.ts'
import { keyPage } from './key-page.ts'

export interface AgentRow {
  id: string
  version: number
  wakeAt: number | null
  state: string
  deregisteredAt: number | null
  registration: string
  live: string
  routing: RoutingEntry | null
}

/** Agents, with their tombstones and their place in the routing index. */
export function createAgentShelf() {
  const byId = new Map<string, AgentRow>()
  const registered = () => [...byId.values()].filter((row) => row.deregisteredAt === null)

  function read(row: AgentRow): AgentState {
    const registration: AgentRegistration = JSON.parse(row.registration)
    const live: AgentLive = parseStored(row.live)
    return { registration, live }
  }

  return {
    get: (id: string) => byId.get(id),
    rows: () => byId.values(),
    /** @throws Error where the agent's first commit lacks its registration */
    assertRegistered({ agentId, registration }: AgentCommit): void {
      if (!registration && !byId.has(agentId))
        throw new Error(`The first commit of agent ${agentId} has no registration`)
    },
    put({ agentId, expectedVersion, wakeAt, registration, live, routing }: AgentCommit): void {
      const known = byId.get(agentId)
      const text = registration ? JSON.stringify(registration) : (known?.registration ?? '')
      const after = routing ? routing.after : (known?.routing ?? null)
      byId.set(agentId, {
        id: agentId,
        version: expectedVersion + 1,
        wakeAt,
        state: live.state,
        deregisteredAt: live.deregisteredAt,
        registration: text,
        live: JSON.stringify(live),
        routing: after && { ...after, capabilities: [...after.capabilities] },
      })
    },
    load(id: string): Versioned<AgentState> | null {
      const row = byId.get(id)
      return row ? { version: row.version, state: read(row) } : null
    },
    list({ state, capability }: AgentFilter, page: PageRequest): StorePage<AgentState> {
      const rows = registered()
        .filter((row) => !state || state.includes(row.state))
        .filter((row) => !capability || row.routing?.capabilities.some((one) => capability.includes(one)))
        .sort((a, b) => compareTexts(a.id, b.id))
      return keyPage(rows, page, {
        keyOf: ({ id }) => id,
        passed: ({ id }, key) => compareTexts(id, key) <= 0,
        read: (row) => ({ item: read(row), characters: row.registration.length + row.live.length }),
      })
    },
    candidates: (capability: string, limit: number): RoutingEntry[] =>
      [...byId.values()]
        .flatMap(({ routing }) => (routing?.capabilities.includes(capability) ? [routing] : []))
        .sort(compareEntries)
        .slice(0, limit)
        .map((entry) => ({ ...entry, capabilities: [...entry.capabilities] })),
    count: () => registered().length,
    /** Removes agents that were deregistered before. Returns how many. */
    trimTombstones(before: number): number {
      const gone = [...byId.values()].filter((row) => row.deregisteredAt !== null && row.deregisteredAt < before)
      for (const { id } of gone) byId.delete(id)
      return gone.length
    },
  }
}

function compareEntries(a: RoutingEntry, b: RoutingEntry): number {
  return (
    Number(b.ready) - Number(a.ready) ||
    a.load - b.load ||
    a.lastUsedAt - b.lastUsedAt ||
    compareTexts(a.agentId, b.agentId)
  )
}
