import type { DatabaseSync } from 'node:sqlite'
import type { RoutingEntry } from '@opscore/engine/store'
import { column } from '../rows/column.ts'
import type { AgentEntry, ReportEntry } from './entry-cells.ts'
import { KnownRows } from './known-rows.ts'
import type { Ledger } from './ledger.ts'

/** Where a stored agent stands, as far as the next commit must know. */
interface Known {
  agentNo: number
  version: number
  lastPosition: number
  wakeAt: number | null
  deregisteredAt: number | null
}

/** As many as the engine keeps: where any of 100,000 may report next, looking each up took a quarter of the throughput. */
const KNOWN_AGENTS = 200_000

export interface AgentWrites {
  /** Whether the agent stands at the version that the entry was decided on. */
  isCurrent(entry: AgentEntry | ReportEntry): boolean
  /** Writes an agent's commit. The entry's own checks come before its first write; 0 stands for a conflict. */
  write(entry: AgentEntry | ReportEntry): number
  /** What is known of the file's agents may not hold any more. */
  forget(): void
}

export function createAgentWrites(database: DatabaseSync, ledger: Ledger): AgentWrites {
  const find = database.prepare(
    'SELECT agent_no, version, last_position, wake_at, deregistered_at FROM agent WHERE agent_id = ?',
  )
  const insert = database.prepare(
    'INSERT INTO agent (agent_id, version, last_position, state, wake_at, deregistered_at) VALUES (?, 1, ?, ?, ?, ?) RETURNING agent_no',
  )
  // A report sets no indexed column: SQLite rewrites an index for every column that a statement names.
  const step = database.prepare(
    'UPDATE agent SET version = ?, last_position = ?, report_position = 0, state = ? WHERE agent_no = ?',
  )
  // Of a report, which is nearly all there is, only what differs is bound, and they are run by `get`, which makes no object that
  // says what changed: together a fifth less for the two.
  const appendReport = database.prepare(
    "INSERT INTO agent_event (position, previous, time, type, agent_id, about, data) VALUES (?, ?, ?, 'agent.state_changed', ?, NULL, ?)",
  )
  const stepReport = database.prepare(
    'UPDATE agent SET version = version + 1, last_position = ?1, report_position = ?1, state = ?2 WHERE agent_no = ?3',
  )
  const due = database.prepare('UPDATE agent SET wake_at = ?, deregistered_at = ? WHERE agent_no = ?')
  const putLive = database.prepare('INSERT OR REPLACE INTO agent_live (agent_no, live) VALUES (?, ?)')
  const register = database.prepare('INSERT OR REPLACE INTO agent_registration (agent_no, registration) VALUES (?, ?)')
  const append = database.prepare(
    'INSERT INTO agent_event (position, previous, time, type, agent_id, about, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const routing = createRoutingWrites(database)
  const known = new KnownRows<Known>(KNOWN_AGENTS)

  function knownOf(agentId: string): Known | null {
    const kept = known.get(agentId)
    if (kept) return kept
    const row = find.get(agentId)
    if (!row) return null
    const found: Known = {
      agentNo: column.number(row.agent_no),
      version: column.number(row.version),
      lastPosition: column.number(row.last_position),
      wakeAt: column.numberOrNull(row.wake_at),
      deregisteredAt: column.numberOrNull(row.deregistered_at),
    }
    known.set(agentId, found)
    return found
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
    const { id, state, wakeAt, deregisteredAt } = entry
    if (entry.registration === null) throw new Error(`The first commit of agent ${id} has no registration`)
    const lastPosition = appendEvents(entry, 0)
    const agentNo = column.number(insert.get(id, lastPosition, state, wakeAt, deregisteredAt)?.agent_no)
    register.run(agentNo, entry.registration)
    putLive.run(agentNo, entry.live)
    known.set(id, { agentNo, version: 1, lastPosition, wakeAt, deregisteredAt })
  }

  function change(entry: AgentEntry, row: Known): void {
    const { wakeAt, deregisteredAt } = entry
    row.lastPosition = appendEvents(entry, row.lastPosition)
    row.version += 1
    step.run(row.version, row.lastPosition, entry.state, row.agentNo)
    putLive.run(row.agentNo, entry.live)
    setDue(row, wakeAt, deregisteredAt)
    if (entry.registration !== null) register.run(row.agentNo, entry.registration)
  }

  function setDue(row: Known, wakeAt: number | null, deregisteredAt: number | null): void {
    if (wakeAt === row.wakeAt && deregisteredAt === row.deregisteredAt) return
    due.run(wakeAt, deregisteredAt, row.agentNo)
    row.wakeAt = wakeAt
    row.deregisteredAt = deregisteredAt
  }

  function writeAgent(entry: AgentEntry, before: Known | null): void {
    const wasRegistered = before !== null && before.deregisteredAt === null
    if (before) change(entry, before)
    else create(entry)
    ledger.agents += Number(entry.deregisteredAt === null) - Number(wasRegistered)
    if (entry.routing) routing(entry.routing.before, entry.routing.after)
  }

  function writeReport({ id, time, data, state, wakeAt }: ReportEntry, row: Known): void {
    const position = ++ledger.head
    appendReport.get(position, row.lastPosition, time, id, data)
    row.lastPosition = position
    row.version += 1
    stepReport.get(position, state, row.agentNo)
    setDue(row, wakeAt, row.deregisteredAt)
  }

  return {
    forget: () => known.clear(),
    isCurrent: ({ id, expectedVersion }) => (knownOf(id)?.version ?? 0) === expectedVersion,
    write(entry) {
      const before = knownOf(entry.id)
      if ((before?.version ?? 0) !== entry.expectedVersion) return 0
      if (entry.kind === 'agent') writeAgent(entry, before)
      else if (before) writeReport(entry, before)
      else return 0
      return entry.expectedVersion + 1
    },
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
