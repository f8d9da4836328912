import type { DatabaseSync } from 'node:sqlite'
import { column } from '../rows/column.ts'
import { MISSES_DEFINITION } from '../thread/write-request.ts'
import type { DefinitionWrites } from './definition-writes.ts'
import { type SessionEntry, STORED, type StartEntry } from './entry-cells.ts'
import type { FreshRows } from './fresh-rows.ts'
import { KnownRows } from './known-rows.ts'
import { countSession, type Ledger } from './ledger.ts'

export interface SessionWrites {
  /**
   * Writes a session's first commit: 0 where it has one, `MISSES_DEFINITION` for a definition that was left out and is not stored. What
   * it begins with, its agent, workflow, definition and start, no later one changes.
   */
  start(entry: StartEntry): number
  /** Writes another: its new version, 0 for a conflict. An entry's own checks come before its first write. */
  write(entry: SessionEntry): number
  /** What `start` or `write` would refuse the entry with; 1 where neither would. */
  check(entry: SessionEntry | StartEntry): number
  /** What is known of the file's sessions may not hold any more. */
  forget(): void
}

/** Where a stored session stands, as far as the next commit must know. */
interface Known {
  sessionNo: number
  version: number
  status: string
  endedAt: number | null
  /** Who waits since it began (fresh-rows.ts), as long as it has no other commit. */
  waiting: string | null
}

/** Those that move now. */
const KNOWN_SESSIONS = 2_000

export function createSessionWrites(
  database: DatabaseSync,
  ledger: Ledger,
  { definitions, fresh }: { definitions: DefinitionWrites; fresh: FreshRows },
): SessionWrites {
  const find = database.prepare(
    'SELECT session_no, version, status, ended_at, waiting FROM session WHERE session_id = ?',
  )
  const insert = database.prepare(
    `INSERT INTO session (session_no, session_id, version, status, agent_id, workflow_id, started_at, ended_at, wake_at, definition_hash, head, start, waiting)
     VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (session_id) DO NOTHING`,
  )
  // Most commits change neither status nor end, and those are indexed.
  const step = database.prepare(
    'UPDATE session SET version = ?, wake_at = ?, head = ?, waiting = NULL WHERE session_no = ?',
  )
  const turn = database.prepare(
    'UPDATE session SET version = ?, wake_at = ?, head = ?, waiting = NULL, status = ?, ended_at = ? WHERE session_no = ?',
  )
  const putTask = database.prepare('INSERT OR REPLACE INTO session_task VALUES (?, ?, ?)')
  const append = database.prepare(
    'INSERT INTO session_event (position, session_no, time, type, about, data) VALUES (?, ?, ?, ?, ?, ?)',
  )

  const known = new KnownRows<Known>(KNOWN_SESSIONS)

  function knownOf(sessionId: string): Known | null {
    const kept = known.get(sessionId)
    if (kept) return kept
    const row = find.get(sessionId)
    if (!row) return null
    const found: Known = {
      sessionNo: column.number(row.session_no),
      version: column.number(row.version),
      status: column.text(row.status),
      endedAt: column.numberOrNull(row.ended_at),
      waiting: column.textOrNull(row.waiting),
    }
    known.set(sessionId, found)
    return found
  }

  function putTasks(sessionNo: number, tasks: SessionEntry['tasks']): void {
    for (const { place, text } of tasks) putTask.run(sessionNo, place, text)
  }

  /** `null` for a conflict. */
  function change({ id, expectedVersion, wakeAt, head, status, endedAt }: SessionEntry): Known | null {
    const row = knownOf(id)
    if (row?.version !== expectedVersion) return null
    countSession(ledger, row.status, status)
    row.version += 1
    if (row.status === status && row.endedAt === endedAt) step.run(row.version, wakeAt, head, row.sessionNo)
    else turn.run(row.version, wakeAt, head, status, endedAt, row.sessionNo)
    row.status = status
    row.endedAt = endedAt
    return row
  }

  const missesDefinition = ({ definition, definitionHash }: StartEntry): boolean =>
    definition === STORED && !definitions.has(definitionHash)

  return {
    forget: () => known.clear(),
    check(entry) {
      if (entry.kind === 'session') return Number(knownOf(entry.id)?.version === entry.expectedVersion)
      if (missesDefinition(entry)) return MISSES_DEFINITION
      return Number(knownOf(entry.id) === null)
    },
    start(entry) {
      const { id, status, agentId, workflowId, startedAt, endedAt, wakeAt, definitionHash, definition, head } = entry
      if (missesDefinition(entry)) return MISSES_DEFINITION
      if (entry.events === 0) throw new Error('A session begins with an event')
      const sessionNo = ledger.head + 1
      const row = [sessionNo, id, status, agentId, workflowId, startedAt, endedAt, wakeAt, definitionHash, head]
      if (insert.run(...row, entry.start, entry.waiting).changes === 0) return 0
      ledger.head += entry.events
      countSession(ledger, null, status)
      definitions.use(definitionHash, definition === STORED || definition === null ? undefined : definition)
      fresh.start({ sessionNo, sessionId: id, agentId, startedAt, waiting: entry.waiting, line: entry.line })
      known.set(id, { sessionNo, version: 1, status, endedAt, waiting: entry.waiting })
      for (const place of entry.join) fresh.join(place)
      putTasks(sessionNo, entry.tasks)
      return 1
    },
    write(entry) {
      const row = change(entry)
      if (row === null) return 0
      putTasks(row.sessionNo, entry.tasks)
      for (const { time, type, about, data } of entry.events) {
        ledger.head += 1
        append.run(ledger.head, row.sessionNo, time, type, about, data)
      }
      fresh.goOn({
        sessionNo: row.sessionNo,
        sessionId: entry.id,
        waiting: row.waiting,
        leave: entry.leave,
        join: entry.join,
      })
      row.waiting = null
      return row.version
    },
  }
}
