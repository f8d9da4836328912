/**
 * What sessions are looked up by, and who waits in which line: rows whose places in their indexes are far apart. Those of a session
 * that begins are kept in memory until there are many, and then filed in the order of their index, some with each batch, so that
 * neighbours are written together and nobody waits for it (sqlite-migrations/0007-starts-in-one-row.ts). Most sessions have gone on
 * before that, and with them whoever waited there.
 *
 * Invariant: every session beyond `ledger.filed` is here, with who waits in it since it began and is not filed yet.
 */
import type { DatabaseSync } from 'node:sqlite'
import { compareTexts } from '@opscore/engine/store'
import { column } from '../rows/column.ts'
import { placeInOrder } from '../rows/place-in-order.ts'
import type { Cell } from '../thread/write-request.ts'
import { createInsert } from './insert-rows.ts'
import type { Ledger } from './ledger.ts'
import type { Place } from './session-start.ts'
import { waitingIn } from './session-start.ts'

/** Sessions that begin before they are filed: with fewer each has more pages to itself that are written; a list looks at all of them. */
const FRESH_SESSIONS = 4_096
/** Rows that are filed for each session that begins: more than one has, so that what is fresh stays bounded. */
const FOR_EACH = 3
/** Rows that are filed while there is nothing else to write: a tenth of a millisecond. */
const WHILE_IDLE = 128

export interface FreshSession {
  sessionNo: number
  sessionId: string
  agentId: string
  startedAt: number
  /** Who waits since it began (session-start.ts) and is not filed, with the line of the first; `null` for nobody. */
  waiting: string | null
  line: string | null
}

export interface MovedOn {
  sessionNo: number
  sessionId: string
  /** Who has waited since it began, where this is its second commit; else `null`. */
  waiting: string | null
  leave: readonly string[]
  join: readonly Place[]
}

export interface FreshRows {
  /** A session has begun. */
  start(session: FreshSession): void
  /** Somebody waits who did not. */
  join(place: Place): void
  /** It has gone on. */
  goOn(moved: MovedOn): void
  dropSession(session: Pick<FreshSession, 'sessionNo' | 'agentId' | 'startedAt'>): void
  /** Within a transaction, at its end: some, once there are many, unless enough was filed while there was nothing else to write. */
  file(): void
  /** There are enough of them to be filed. */
  waits(): boolean
  /** Within the transaction to come. */
  fileWhileIdle(): void
  /** Within a transaction of its own. */
  fileAll(): void
  /** Reads what is not filed: what was known may not hold any more. */
  recover(): void
}

/** One index after the other. */
interface Filing {
  /** In order of their numbers, as all of them are. */
  sessions: FreshSession[]
  /** The number of the last of them. */
  to: number
  indexes: Index[]
  index: Index
  /** What is still to be filed in it, in its order. */
  rest: FreshSession[]
}

interface Index {
  by: (session: FreshSession) => string
  file: (sessions: readonly FreshSession[]) => void
}

export function createFreshRows(database: DatabaseSync, ledger: Ledger, limit = FRESH_SESSIONS): FreshRows {
  const unfiled = database.prepare(
    `SELECT session_no, session_id, agent_id, started_at, iif(version = 1, waiting, NULL) AS waiting
     FROM session WHERE session_no > ? ORDER BY session_no`,
  )
  const wait = database.prepare('INSERT OR REPLACE INTO waiter VALUES (?, ?, ?, ?)')
  const standInLine = createInsert(database, 'waiter_in_line', ['attempt_id', 'line', 'priority', 'since'])
  const stopWaiting = database.prepare('DELETE FROM waiter WHERE attempt_id = ? RETURNING line, priority, since')
  const leaveLine = database.prepare(
    'DELETE FROM waiter_in_line WHERE attempt_id = ? AND line = ? AND priority = ? AND since = ?',
  )
  const fileByAgent = createInsert(database, 'agent_session', ['agent_id', 'started_at', 'session_no'])
  const drop = database.prepare('DELETE FROM agent_session WHERE agent_id = ? AND started_at = ? AND session_no = ?')
  const INDEXES: readonly Index[] = [
    {
      by: ({ agentId }) => agentId,
      file(some) {
        const cells: Cell[] = []
        for (const { agentId, startedAt, sessionNo } of some) cells.push(agentId, startedAt, sessionNo)
        fileByAgent(cells)
      },
    },
    {
      by: ({ line }) => line ?? '',
      file(some) {
        const cells: Cell[] = []
        for (const session of some) {
          for (const place of waitingIn(session.waiting, session.sessionId)) cells.push(...cellsOf(place))
          session.waiting = null
        }
        standInLine(cells)
      },
    },
  ]

  let sessions: FreshSession[] = []
  let filing: Filing | null = null
  /** Whoever waits in a session may be filed, though it is not known here. */
  let isDoubtful = false
  /** Rows that are to be filed with this batch. */
  let due = 0

  function recover(): void {
    sessions = unfiled.all(ledger.filed).map((row) => {
      const sessionId = column.text(row.session_id)
      const waiting = column.textOrNull(row.waiting)
      return {
        sessionNo: column.number(row.session_no),
        sessionId,
        agentId: column.text(row.agent_id),
        startedAt: column.number(row.started_at),
        waiting,
        line: waitingIn(waiting, sessionId)[0]?.line ?? null,
      }
    })
    filing = null
    isDoubtful = true
    due = 0
  }

  function join(place: Place): void {
    wait.run(place.attemptId, place.line, place.priority, place.since)
    standInLine(cellsOf(place))
  }

  function leave(attemptId: string): void {
    const row = stopWaiting.get(attemptId)
    if (row) leaveLine.run(attemptId, column.text(row.line), column.number(row.priority), column.number(row.since))
  }

  /** Those of its first commit are like all others from its second on. */
  function moveOn({ sessionNo, sessionId, waiting, leave }: MovedOn): Place[] {
    const places = waitingIn(waiting, sessionId)
    const session = sessionNo > ledger.filed ? (find(sessions, sessionNo) ?? find(filing?.sessions, sessionNo)) : null
    const isFiled = !session || session.waiting === null
    if (session) session.waiting = null
    for (const place of places) {
      const { attemptId, line, priority, since } = place
      if (!leave.includes(attemptId)) join(place)
      else if (isFiled || isDoubtful) leaveLine.run(attemptId, line, priority, since)
    }
    return places
  }

  function beginFiling(): Filing {
    const to = sessions.at(-1)?.sessionNo ?? ledger.filed
    const [index, ...indexes] = INDEXES
    if (!index) throw new Error('Sessions have indexes')
    const begun = { sessions, to, indexes, index, rest: together(sessions, index.by) }
    sessions = []
    return begun
  }

  const waits = (): boolean => filing !== null || sessions.length > limit

  function fileSome(count: number): void {
    filing ??= beginFiling()
    const some = filing
    for (let left = count; left > 0; ) {
      const rows = some.rest.splice(-left)
      left -= rows.length
      some.index.file(rows)
      if (some.rest.length > 0) return
      const index = some.indexes.shift()
      if (!index) {
        ledger.filed = some.to
        filing = null
        isDoubtful = false
        return
      }
      Object.assign(some, { index, rest: together(some.sessions, index.by) })
    }
  }

  return {
    recover,
    join,
    start(session) {
      sessions.push(session)
      due += FOR_EACH
    },
    goOn(moved) {
      const places = moved.waiting === null ? [] : moveOn(moved)
      for (const attemptId of moved.leave) if (!places.some((place) => place.attemptId === attemptId)) leave(attemptId)
      for (const place of moved.join) {
        leave(place.attemptId)
        join(place)
      }
    },
    dropSession({ sessionNo, agentId, startedAt }) {
      const isOther = (session: FreshSession): boolean => session.sessionNo !== sessionNo
      if (sessionNo > ledger.filed) {
        sessions = sessions.filter(isOther)
        if (filing)
          Object.assign(filing, { sessions: filing.sessions.filter(isOther), rest: filing.rest.filter(isOther) })
      }
      drop.run(agentId, startedAt, sessionNo)
    },
    file() {
      if (due > 0 && waits()) fileSome(due)
      due = waits() ? Math.min(due, 0) : 0
    },
    waits,
    fileWhileIdle() {
      fileSome(WHILE_IDLE)
      due -= WHILE_IDLE
    },
    fileAll() {
      if (filing) fileSome(Infinity)
      fileSome(Infinity)
    },
  }
}

const cellsOf = ({ attemptId, line, priority, since }: Place) => [attemptId, line, priority, since]

function find(sessions: readonly FreshSession[] = [], sessionNo: number): FreshSession | undefined {
  const session = sessions[placeInOrder(sessions, (each) => each.sessionNo < sessionNo)]
  return session?.sessionNo === sessionNo ? session : undefined
}

/** In the order of a text; those that share it stay as they came. Cheaper than to sort all, as many share one. */
function together<T>(items: Iterable<T>, by: (item: T) => string): T[] {
  const groups = Map.groupBy(items, by)
  return [...groups.keys()].sort(compareTexts).flatMap((text) => groups.get(text) ?? [])
}
