import type { SQLInputValue } from 'node:sqlite'
import { parseStored } from '@opscore/host/exact-json'
import type { CommittedEvent } from '../../core/event.ts'
import type { SessionHead, SessionState, TaskState } from '../../core/session/state.ts'
import type { PageRequest, SessionFilter, StorePage, Versioned } from '../../ports/store.ts'
import { pageOf } from '../page.ts'
import { column } from './column.ts'
import { eventOf } from './event-row.ts'
import type { Reader } from './reader.ts'
import { scanPage } from './scan.ts'
import { EVENTS_BY_NO, NO_HEAD, readStart } from './session-start.ts'

/** The filters that have an index of their own, the most selective first. */
const INDEXED = [
  ['agentId', 'agent_id', ['agent_session', 'agent_session_fresh']],
  ['workflowId', 'workflow_id', ['session']],
  ['status', 'status', ['session']],
] as const

/** Values of a filter that are merged from its index; with more, every row is looked at. */
const MERGED = 8

export function createSessionReads(reader: Reader) {
  const byId = reader.prepare('SELECT session_no, version, head FROM session WHERE session_id = ?')
  const tasks = reader.prepare('SELECT place, task FROM session_task WHERE session_no = ?')
  const headByNo = reader.prepare('SELECT head FROM session WHERE session_no = ?')
  const eventsByNo = reader.prepare(EVENTS_BY_NO)
  const eventsOf = reader.prepare(
    `SELECT e.position, e.time, e.type, s.session_id AS id, e.about, e.data
     FROM session s JOIN session_event e ON e.session_no = s.session_no
     WHERE s.session_id = ? AND e.position > ? ORDER BY e.position LIMIT +?`,
  )

  function load(sessionId: string): Versioned<SessionState> | null {
    const row = byId.get(sessionId)
    if (!row) return null
    const version = column.number(row.version)
    if (row.head === NO_HEAD) return { version, state: readStart(eventsByNo.each(column.number(row.session_no))) }
    const head: SessionHead = parseStored(column.text(row.head))
    const reached: (TaskState | undefined)[] = []
    for (const { place, task } of tasks.all(column.number(row.session_no))) {
      reached[column.number(place)] = parseStored(column.text(task))
    }
    return { version, state: { head, tasks: reached } }
  }

  /** Rows from the index of one filter, where there is one, newest first: SQLite merges its values as it goes. */
  function newestFirst(filter: SessionFilter, after: string | undefined) {
    const by = INDEXED.find(([name]) => (filter[name]?.length ?? MERGED + 1) <= MERGED)
    const values = by ? [...new Set<string>(filter[by[0]])] : []
    const [startedAt, sessionNo] = after === undefined ? [Number.MAX_VALUE, 0] : parseKey(after)
    const to = Math.min(startedAt, filter.startedTo ?? Number.MAX_VALUE)
    const from = filter.startedFrom ?? -Number.MAX_VALUE
    const bounds: SQLInputValue[] = [from, to, startedAt, sessionNo]
    const order = 'ORDER BY 2 DESC, 1 DESC'
    if (!by) return reader.prepare(`${rowsOf('session')} ${order}`).each(...bounds)
    const [, field, tables] = by
    const arms = values.flatMap((value) =>
      tables.map((table) => ({ sql: `${rowsOf(table)} AND i.${field} = ?`, values: [...bounds, value] })),
    )
    const union = arms.map(({ sql }) => sql).join(' UNION ALL ')
    return reader.prepare(`${union} ${order}`).each(...arms.flatMap((arm) => arm.values))
  }

  function list(filter: SessionFilter, page: PageRequest): Promise<StorePage<SessionHead>> {
    const wanted = INDEXED.map(([name, field]) => ({ field, values: filter[name] && new Set<unknown>(filter[name]) }))
    return scanPage(page, {
      open: (after) => newestFirst(filter, after),
      keyOf: (row) => `${column.number(row.started_at)}:${column.number(row.session_no)}`,
      matches: (row) => wanted.every(({ field, values }) => !values || values.has(row[field])),
      load: (row) => {
        const sessionNo = column.number(row.session_no)
        const found = headByNo.get(sessionNo)
        if (!found) return null
        const text = column.text(found.head)
        if (text === NO_HEAD) {
          const { head } = readStart(eventsByNo.each(sessionNo))
          return { item: head, characters: head.bytes }
        }
        return { item: parseStored(text), characters: text.length }
      },
    })
  }

  return {
    load,
    list,
    events: (sessionId: string, { limit, after = '0' }: PageRequest): StorePage<CommittedEvent> =>
      pageOf(eventsOf.each(sessionId, Number(after), limit + 1), limit, {
        keyOf: ({ position }) => String(column.number(position)),
        read: (row) => ({ item: eventOf(row, 'session'), characters: column.text(row.data).length }),
      }),
  }
}

/** Sessions that a table names, in a range of starts and behind a key; SQLite reads them in the order of its index. */
function rowsOf(table: 'session' | 'agent_session' | 'agent_session_fresh'): string {
  const beside = table === 'session' ? '' : 'CROSS JOIN session s ON s.session_no = i.session_no'
  const of = beside ? 's' : 'i'
  return `SELECT i.session_no, i.started_at, ${of}.status, i.agent_id, ${of}.workflow_id FROM ${table} i ${beside}
    WHERE i.started_at >= ? AND i.started_at <= ? AND (i.started_at < ? OR i.session_no < ?)`
}

function parseKey(key: string): [number, number] {
  const colon = key.indexOf(':')
  return [Number(key.slice(0, colon)), Number(key.slice(colon + 1))]
}
