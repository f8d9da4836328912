import type { DatabaseSync } from 'node:sqlite'
import { column } from './column.ts'
import type { DefinitionWrites } from './definition-writes.ts'
import type { SessionEntry } from './entry-cells.ts'
import type { Ledger } from './ledger.ts'
import { MISSES_DEFINITION } from './write-request.ts'

/**
 * Writes a session's commit. The entry's own checks come before its first write; 0 stands for a conflict, -1 for a definition
 * that was left out and is not stored. What a session
 * begins with, its agent, workflow, definition and start, is taken from its first commit: no event changes it.
 */
export function createSessionWrites(database: DatabaseSync, ledger: Ledger, definitions: DefinitionWrites) {
  const find = database.prepare('SELECT session_no, version, status, ended_at FROM session WHERE session_id = ?')
  const insert = database.prepare(
    `INSERT INTO session (session_id, version, status, agent_id, workflow_id, started_at, ended_at, wake_at, definition_hash, head)
     VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING session_no`,
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
  const leave = database.prepare('DELETE FROM waiter WHERE attempt_id = ?')
  const join = database.prepare('INSERT OR REPLACE INTO waiter VALUES (?, ?, ?, ?, ?, ?)')

  function create(entry: SessionEntry): number {
    const { status, agentId, workflowId, startedAt, endedAt, wakeAt, definitionHash, head } = entry
    const definition = entry.beside?.definition
    definitions.use(definitionHash, definition === 'stored' ? undefined : definition)
    const row = insert.get(entry.id, status, agentId, workflowId, startedAt, endedAt, wakeAt, definitionHash, head)
    return column.number(row?.session_no)
  }

  function change(entry: SessionEntry, row: Record<string, unknown>): number {
    const { wakeAt, head, status, endedAt } = entry
    const sessionNo = column.number(row.session_no)
    const version = entry.expectedVersion + 1
    if (row.status === status && row.ended_at === endedAt) step.run(version, wakeAt, head, sessionNo)
    else turn.run(version, wakeAt, head, status, endedAt, sessionNo)
    return sessionNo
  }

  return (entry: SessionEntry): number => {
    const row = find.get(entry.id)
    if ((row ? column.number(row.version) : 0) !== entry.expectedVersion) return 0
    if (entry.beside?.definition === 'stored' && !definitions.has(entry.definitionHash)) return MISSES_DEFINITION
    const sessionNo = row ? change(entry, row) : create(entry)
    ledger.openSessions += Number(isOpen(entry.status)) - Number(row !== undefined && isOpen(column.text(row.status)))
    for (const { place, text } of entry.tasks) putTask.run(sessionNo, place, text)
    for (const { time, type, about, data } of entry.events) {
      ledger.head += 1
      append.run(ledger.head, sessionNo, time, type, about, data)
    }
    for (const attemptId of entry.beside?.waiters.leave ?? []) leave.run(attemptId)
    for (const waiter of entry.beside?.waiters.join ?? []) {
      const { attemptId, sessionId, taskId, line, priority, since } = waiter
      join.run(attemptId, sessionId, taskId, line, priority, since)
    }
    return entry.expectedVersion + 1
  }
}

const CLOSED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled'])
const isOpen = (status: string): boolean => !CLOSED.has(status)
