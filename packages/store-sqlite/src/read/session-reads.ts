import type { SQLInputValue } from 'node:sqlite'
import { type ReadOrder, SESSION_STATUSES } from '@opscore/contract'
import { parseStored } from '@opscore/contract/exact-json'
import type {
  CommittedEvent,
  PageRequest,
  SessionFilter,
  SessionHead,
  SessionState,
  StorePage,
  TaskState,
  Versioned,
} from '@opscore/engine/store'
import { pageOf } from '@opscore/engine/store'
import { column } from '../rows/column.ts'
import { eventsBy, NO_HEAD, readStart, weighedEvents } from '../write/session-start.ts'
import type { Reader } from './reader.ts'
import { scanPage } from './scan.ts'

const FILED = '(SELECT filed FROM ledger WHERE partition = 0)'
const SESSIONS = { from: 'session i WHERE true', rest: 'i' }
const FRESH = { from: `session i WHERE i.session_no > ${FILED}`, rest: 'i' }
const OF_AGENT = {
  from: `agent_session i CROSS JOIN session s ON s.session_no = i.session_no WHERE i.session_no <= ${FILED}`,
  rest: 's',
}

/** The filters that have an index of their own, the most selective first, and where what they choose is found. */
const BY_STATUS = ['status', 'status', [SESSIONS]] as const
const INDEXED = [
  ['agentId', 'agent_id', [OF_AGENT, FRESH]],
  ['workflowId', 'workflow_id', [SESSIONS]],
  BY_STATUS,
] as const

/** Values of a filter that are merged from its index; with more, every row is looked at, through the index on the status. */
const MERGED = 8

/** A position that every event lies behind. */
const BEFORE_ALL = { asc: 0, desc: Number.MAX_SAFE_INTEGER }

export function createSessionReads(reader: Reader) {
  const byId = reader.prepare('SELECT session_no, version, head FROM session WHERE session_id = ?')
  const tasks = reader.prepare('SELECT place, task FROM session_task WHERE session_no = ?')
  const headByNo = reader.prepare('SELECT head FROM session WHERE session_no = ?')
  const eventsByNo = reader.prepare(eventsBy('session_no'))
  const eventsFrom = {
    asc: reader.prepare(`${eventsBy('session_id', 'e.position > ?2')} LIMIT +?3`),
    desc: reader.prepare(`${eventsBy('session_id', 'e.position < ?2', 'DESC')} LIMIT +?3`),
  }

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
    const [name, field, places] = by ?? BY_STATUS
    const values = new Set<string>(by ? filter[name] : SESSION_STATUSES)
    const [startedAt, sessionNo] = after === undefined ? [Number.MAX_VALUE, 0] : parseKey(after)
    const to = Math.min(startedAt, filter.startedTo ?? Number.MAX_VALUE)
    const from = filter.startedFrom ?? -Number.MAX_VALUE
    const bounds: SQLInputValue[] = [from, to, startedAt, sessionNo]
    const arms = [...values].flatMap((value) => places.map((place) => ({ place, value })))
    const union = arms.map(({ place }) => rowsOf(place, field)).join(' UNION ALL ')
    return reader.prepare(`${union} ORDER BY 2 DESC, 1 DESC`).each(...arms.flatMap(({ value }) => [...bounds, value]))
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

  function events(
    sessionId: string,
    { limit, after, order = 'asc' }: PageRequest & { order?: ReadOrder },
  ): StorePage<CommittedEvent> {
    const from = after === undefined ? BEFORE_ALL[order] : Number(after)
    // The row of its start may be read beside those that are asked for.
    const found = weighedEvents(eventsFrom[order].each(sessionId, from, limit + 2), order)
    return pageOf(
      found.filter(({ event: { position } }) => (order === 'desc' ? position < from : position > from)),
      limit,
      {
        keyOf: ({ event }) => String(event.position),
        read: ({ event, characters }) => ({ item: event, characters }),
      },
    )
  }

  return { load, list, events }
}

/** Sessions in a range of starts and behind a key; SQLite reads them in the order of the index on the field. */
function rowsOf({ from, rest }: typeof SESSIONS, field: string): string {
  return `SELECT i.session_no, i.started_at, ${rest}.status, ${rest}.agent_id, ${rest}.workflow_id FROM ${from}
    AND i.started_at >= ? AND i.started_at <= ? AND (i.started_at < ? OR i.session_no < ?) AND i.${field} = ?`
}

function parseKey(key: string): [number, number] {
  const colon = key.indexOf(':')
  return [Number(key.slice(0, colon)), Number(key.slice(colon + 1))]
}
