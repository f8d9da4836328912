/**
 * Everything that a data file holds, row by row: each list in an order that is the same every time, so that a row's number
 * in it says how far one has come. Cells are texts and numbers as they are stored; JSON is not read but where it must be.
 */

import { parseStored } from '@opscore/contract/exact-json'
import type { DumpRows } from '@opscore/engine/moving'
import type { Reader } from '../read/reader.ts'
import { liveOf } from '../rows/agent-live.ts'
import { column } from '../rows/column.ts'
import { KEY_COLUMNS, keyOf } from '../rows/key-row.ts'
import { waiterOf } from '../rows/waiter-row.ts'
import { eventsBy, LATER_EVENTS, NO_HEAD, partsOf, readStart, STARTS } from '../write/session-start.ts'

type Row = Record<string, unknown>

function agentOf(row: Row) {
  const registration = column.text(row.registration)
  return {
    id: column.text(row.agent_id),
    version: column.number(row.version),
    state: column.text(row.state),
    wakeAt: column.numberOrNull(row.wake_at),
    deregisteredAt: column.numberOrNull(row.deregistered_at),
    registration,
    /** Read and written again, as the last report is not in it (0003-live-apart.ts). */
    live: () => JSON.stringify(liveOf(row)),
    capabilities: () => JSON.stringify(JSON.parse(registration).capabilities),
  }
}

const candidateOf = (row: Row) => ({
  capability: column.text(row.capability),
  ready: row.unready === 0,
  load: column.number(row.load),
  lastUsedAt: column.number(row.last_used),
  agentId: column.text(row.agent_id),
})

const capabilityOf = (row: Row) => ({ capability: column.text(row.capability), agentId: column.text(row.agent_id) })

function sessionOf(row: Row, of: { tasks: () => Row[]; events: () => Iterable<Row> }) {
  const start = row.head === NO_HEAD ? readStart(of.events()) : null
  return {
    id: column.text(row.session_id),
    version: column.number(row.version),
    status: column.text(row.status),
    agentId: column.text(row.agent_id),
    workflowId: column.text(row.workflow_id),
    startedAt: column.number(row.started_at),
    endedAt: column.numberOrNull(row.ended_at),
    wakeAt: column.numberOrNull(row.wake_at),
    definitionHash: column.text(row.definition_hash),
    head: start ? JSON.stringify(start.head) : column.text(row.head),
    tasks: () =>
      start
        ? [...start.tasks.entries()].flatMap(([place, task]) => (task ? [{ place, text: JSON.stringify(task) }] : []))
        : of.tasks().map(({ place, task }) => ({ place: column.number(place), text: column.text(task) })),
  }
}

function eventsOf(row: Row) {
  const stored =
    row.kind === 'start'
      ? partsOf(row).map(({ type, time, about, data }) => [
          type,
          time,
          about ? JSON.stringify(about) : '',
          JSON.stringify(data),
        ])
      : [[column.text(row.type), column.number(row.time), column.textOrNull(row.about) ?? '', column.text(row.data)]]
  return stored.map((cells) => ({
    kind: row.kind === 'agent' ? ('agent' as const) : ('session' as const),
    id: column.text(row.id),
    /** Its agent has not been forgotten since. */
    hasOwner: row.owner !== null,
    /** As batch-cells.ts writes it. */
    text: cells.join('\n'),
  }))
}

/** Files of earlier versions hold effects without a time. */
function effectOf(row: Row) {
  const effect: { at: number } = { at: 0, ...parseStored(column.text(row.effect)) }
  return { id: column.text(row.id), at: effect.at, text: JSON.stringify(effect) }
}

const onceOf = (row: Row) => ({
  key: column.text(row.key),
  fingerprint: column.text(row.fingerprint),
  answer: column.text(row.answer),
  expiresAt: column.number(row.expires_at),
})

const workflowOf = (row: Row) => ({
  id: column.text(row.id),
  revision: column.number(row.revision),
  hash: column.text(row.hash),
  createdAt: column.number(row.created_at),
  updatedAt: column.number(row.updated_at),
})

const recordOf = (row: Row) => ({
  kind: column.text(row.kind),
  id: column.text(row.id),
  version: column.number(row.version),
  expiresAt: column.number(row.expires_at),
  value: column.text(row.value),
})

const LISTS = {
  agents: `SELECT a.agent_id, a.version, a.state, a.wake_at, a.deregistered_at, r.registration, l.live, e.time, e.data
    FROM agent a JOIN agent_registration r ON r.agent_no = a.agent_no JOIN agent_live l ON l.agent_no = a.agent_no
    LEFT JOIN agent_event e ON e.position = a.report_position ORDER BY a.agent_no`,
  candidates: 'SELECT * FROM agent_candidate ORDER BY capability, unready, load, last_used, agent_id',
  capabilities: 'SELECT * FROM agent_capability ORDER BY capability, agent_id',
  sessions: 'SELECT * FROM session ORDER BY session_no',
  tasks: 'SELECT place, task FROM session_task WHERE session_no = ? ORDER BY place',
  events: `SELECT e.position, 'agent' AS kind, e.agent_id AS id, a.agent_no AS owner, e.time, e.type, e.about, e.data
    FROM agent_event e LEFT JOIN agent a ON a.agent_id = e.agent_id
    UNION ALL
    SELECT position, kind, id, id, time, type, about, data FROM (${LATER_EVENTS})
    UNION ALL
    SELECT position, kind, id, id, time, type, about, data FROM (${STARTS}) ORDER BY 1`,
  waiters: `SELECT attempt_id, line, priority, since FROM waiter
    UNION ALL
    SELECT s.session_id || (j.value ->> 0), j.value ->> 1, j.value ->> 2, j.value ->> 3 FROM session s CROSS JOIN json_each(s.waiting) j
    ORDER BY attempt_id`,
  effects: 'SELECT id, effect FROM effect ORDER BY effect_no',
  once: 'SELECT * FROM once ORDER BY key',
  workflows: 'SELECT * FROM workflow ORDER BY id',
  keys: `SELECT ${KEY_COLUMNS} FROM api_key ORDER BY key_id`,
  records: 'SELECT kind, id, version, expires_at, value FROM record ORDER BY kind, id',
} as const

export function createDumpRows(reader: Reader): DumpRows {
  const tasks = reader.prepare(LISTS.tasks)
  const events = reader.prepare(eventsBy('session_no'))
  const definition = reader.prepare('SELECT definition FROM definition WHERE hash = ?')

  function* each<T>(list: keyof typeof LISTS, read: (row: Row) => T): Generator<T> {
    for (const row of reader.prepare(LISTS[list]).each()) yield read(row)
  }

  return {
    agents: () => each('agents', agentOf),
    candidates: () => each('candidates', candidateOf),
    capabilities: () => each('capabilities', capabilityOf),
    sessions: () =>
      each('sessions', (row) => {
        const sessionNo = column.number(row.session_no)
        return sessionOf(row, { tasks: () => tasks.all(sessionNo), events: () => events.all(sessionNo) })
      }),
    *events() {
      for (const events of each('events', eventsOf)) yield* events
    },
    waiters: () => each('waiters', waiterOf),
    effects: () => each('effects', effectOf),
    once: () => each('once', onceOf),
    workflows: () => each('workflows', workflowOf),
    keys: () => each('keys', keyOf),
    records: () => each('records', recordOf),
    /** As JSON; `null` where there is none. */
    definition: (hash: string): string | null => column.textOrNull(definition.get(hash)?.definition ?? null),
  }
}
