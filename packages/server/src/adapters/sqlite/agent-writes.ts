import type { DatabaseSync } from 'node:sqlite'
import type { RoutingEntry } from '../../core/routing.ts'
import { column } from './column.ts'
import type { AgentEntry } from './entry-cells.ts'
import type { Ledger } from './ledger.ts'

/** Where a stored agent stands, as far as the next commit must know. */
interface Known {
  agentNo: number
  version: number
  lastPosition: number
  wakeAt: number | null
  deregisteredAt: number | null
}

/** Writes an agent's commit. The entry's own checks come before its first write; 0 stands for a conflict. */
export function createAgentWrites(database: DatabaseSync, ledger: Ledger) {
  const find = database.prepare(
    'SELECT agent_no, version, last_position, wake_at, deregistered_at FROM agent WHERE agent_id = ?',
  )
  const insert = database.prepare(
    'INSERT INTO agent (agent_id, version, last_position, state, wake_at, deregistered_at, live) VALUES (?, 1, ?, ?, ?, ?, ?) RETURNING agent_no',
  )
  // A report sets no indexed column: SQLite rewrites an index for every column that a statement names.
  const report = database.prepare(
    'UPDATE agent SET version = ?, last_position = ?, state = ?, live = ? WHERE agent_no = ?',
  )
  const update = database.prepare(
    'UPDATE agent SET version = ?, last_position = ?, state = ?, live = ?, wake_at = ?, deregistered_at = ? WHERE agent_no = ?',
  )
  const register = database.prepare('INSERT OR REPLACE INTO agent_registration (agent_no, registration) VALUES (?, ?)')
  const append = database.prepare(
    'INSERT INTO agent_event (position, previous, time, type, agent_id, about, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const routing = createRoutingWrites(database)

  function known(agentId: string): Known | null {
    const row = find.get(agentId)
    if (!row) return null
    return {
      agentNo: column.number(row.agent_no),
      version: column.number(row.version),
      lastPosition: column.number(row.last_position),
      wakeAt: column.numberOrNull(row.wake_at),
      deregisteredAt: column.numberOrNull(row.deregistered_at),
    }
  }

  /** Each row holds the agent's row before. Returns the last. */
  function appendEvents({ id, events }: AgentEntry, previous: number): number {
    let last = previous
    for (const { time, type, about, data } of events) {
      ledger.head += 1
      append.run(ledger.head, last, time, type, id, about, data)
      last = ledger.head
    }
    return last
  }

  function create(entry: AgentEntry): void {
    if (entry.registration === null) throw new Error(`The first commit of agent ${entry.id} has no registration`)
    const last = appendEvents(entry, 0)
    const row = insert.get(entry.id, last, entry.state, entry.wakeAt, entry.deregisteredAt, entry.live)
    register.run(column.number(row?.agent_no), entry.registration)
  }

  function change(entry: AgentEntry, before: Known): void {
    const { state, live, wakeAt, deregisteredAt } = entry
    const last = appendEvents(entry, before.lastPosition)
    const version = before.version + 1
    if (wakeAt === before.wakeAt && deregisteredAt === before.deregisteredAt) {
      report.run(version, last, state, live, before.agentNo)
    } else update.run(version, last, state, live, wakeAt, deregisteredAt, before.agentNo)
    if (entry.registration !== null) register.run(before.agentNo, entry.registration)
  }

  return (entry: AgentEntry): number => {
    const before = known(entry.id)
    if ((before?.version ?? 0) !== entry.expectedVersion) return 0
    if (before) change(entry, before)
    else create(entry)
    const wasRegistered = before !== null && before.deregisteredAt === null
    ledger.agents += Number(entry.deregisteredAt === null) - Number(wasRegistered)
    if (entry.routing) routing(entry.routing.before, entry.routing.after)
    return entry.expectedVersion + 1
  }
}

/** Moves an agent within the index that routing reads, and within the lists by capability. */
function createRoutingWrites(database: DatabaseSync) {
  const place = 'capability = ? AND unready = ? AND load = ? AND last_used = ? AND agent_id = ?'
  const leave = database.prepare(`DELETE FROM agent_candidate WHERE ${place}`)
  const enter = database.prepare('INSERT OR REPLACE INTO agent_candidate VALUES (?, ?, ?, ?, ?)')
  const lose = database.prepare('DELETE FROM agent_capability WHERE capability = ? AND agent_id = ?')
  const gain = database.prepare('INSERT OR REPLACE INTO agent_capability VALUES (?, ?)')

  return (before: RoutingEntry | null, after: RoutingEntry | null): void => {
    const had = before?.capabilities ?? []
    const has = after?.capabilities ?? []
    if (before) for (const one of had) leave.run(one, ...positionOf(before))
    if (after) for (const one of has) enter.run(one, ...positionOf(after))
    if (before) for (const one of had) if (!has.includes(one)) lose.run(one, before.agentId)
    if (after) for (const one of has) if (!had.includes(one)) gain.run(one, after.agentId)
  }
}

const positionOf = ({ ready, load, lastUsedAt, agentId }: RoutingEntry): [number, number, number, string] => [
  ready ? 0 : 1,
  load,
  lastUsedAt,
  agentId,
]
