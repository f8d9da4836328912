import type { DatabaseSync } from 'node:sqlite'
import { column } from './column.ts'
import type { DefinitionWrites } from './definition-writes.ts'
import type { SessionEntry } from './entry-cells.ts'
import type { FreshRows } from './fresh-rows.ts'
import { KnownRows } from './known-rows.ts'
import type { Ledger } from './ledger.ts'
import { MISSES_DEFINITION } from './write-request.ts'

export interface SessionWrites {
  /**
   * Writes a session's commit. The entry's own checks come before its first write; 0 stands for a conflict,
   * `MISSES_DEFINITION` for a definition that was left out and is not stored. What a session begins with, its agent, workflow,
   * definition and start, is taken from its first commit: no event changes it.
   */
  write(entry: SessionEntry): number
  /** What is known of the file's sessions may not hold any more. */
  forget(): void
}

/** Where a stored session stands, as far as the next commit must know. */
interface Known {
  sessionNo: number
  version: number
  status: string
  endedAt: number | null
}

/** Those that move now. */
const KNOWN_SESSIONS = 2_000

export function createSessionWrites(
  database: DatabaseSync,
  ledger: Ledger,
  { definitions, fresh }: { definitions: DefinitionWrites; fresh: FreshRows },
): SessionWrites {
  const find = database.prepare('SELECT session_no, version, status, ended_at FROM session WHERE session_id = ?')
  const insert = database.prepare(
    `INSERT INTO session (session_id, version, status, agent_id, workflow_id, started_at, ended_at, wake_at, definition_hash, head)
     VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (session_id) DO NOTHING`,
  )
  // Most commits change neither status nor end, and those are indexed.
  const step = database.prepare('UPDATE session SET version = ?, wake_at = ?, head = ? WHERE session_no = ?')
  const turn = database.prepare(
    'UPDATE session SET version = ?, wake_at = ?, head = ?, status = ?, ended_at = ? WHERE session_no = ?',
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
    }
    known.set(sessionId, found)
    return found
  }

  /** `null` where there is one already. */
  function create(entry: SessionEntry): Known | null {
    const { id, status, agentId, workflowId, startedAt, endedAt, wakeAt, definitionHash, head } = entry
    const written = insert.run(id, status, agentId, workflowId, startedAt, endedAt, wakeAt, definitionHash, head)
    if (written.changes === 0) return null
    const { definition } = entry
    definitions.use(definitionHash, definition === 'stored' || definition === null ? undefined : definition)
    ledger.openSessions += Number(isOpen(status))
    const row: Known = { sessionNo: Number(written.lastInsertRowid), version: 1, status, endedAt }
    fresh.startSession(row.sessionNo, agentId, startedAt)
    known.set(id, row)
    return row
  }

  function change({ id, expectedVersion, wakeAt, head, status, endedAt }: SessionEntry): Known | null {
    const row = knownOf(id)
    if (row?.version !== expectedVersion) return null
    ledger.openSessions += Number(isOpen(status)) - Number(isOpen(row.status))
    row.version += 1
    if (row.status === status && row.endedAt === endedAt) step.run(row.version, wakeAt, head, row.sessionNo)
    else turn.run(row.version, wakeAt, head, status, endedAt, row.sessionNo)
    row.status = status
    row.endedAt = endedAt
    return row
  }

  return {
    forget: () => known.clear(),
    write(entry) {
      const { expectedVersion, definitionHash, definition, leave, join } = entry
      if (definition === 'stored' && !definitions.has(definitionHash)) return MISSES_DEFINITION
      const row = expectedVersion === 0 ? create(entry) : change(entry)
      if (row === null) return 0
      for (const { place, text } of entry.tasks) putTask.run(row.sessionNo, place, text)
      for (const { time, type, about, data } of entry.events) {
        ledger.head += 1
        append.run(ledger.head, row.sessionNo, time, type, about, data)
      }
      for (const attemptId of leave) fresh.leave(attemptId)
      for (const waiter of join) fresh.join(waiter, expectedVersion === 0)
      return row.version
    },
  }
}

const CLOSED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled'])
const isOpen = (status: string): boolean => !CLOSED.has(status)
