/**
 * Who waits in which line, and which sessions an agent has: written fresh, filed many at a time
 * (sqlite-migrations/0005-fresh-rows.ts, 0006-fresh-lines.ts). Most waiters leave before they would be filed.
 */
import type { DatabaseSync } from 'node:sqlite'
import { column } from './column.ts'
import type { Place } from './entry-cells.ts'

/**
 * Beyond so many they are filed: a page of a line or an agent then takes many, and filing them keeps the writer for some 20 ms.
 * With 512 a start cost it a third more.
 */
const FRESH_ROWS = 4_096

export interface FreshRows {
  /** `isNew`: its session has just begun, so that it stands nowhere yet. */
  join(place: Place, isNew: boolean): void
  leave(attemptId: string): void
  startSession(sessionNo: number, agentId: string, startedAt: number): void
  dropSession(sessionNo: number, agentId: string, startedAt: number): void
  /** Within a transaction, at its end. */
  file(): void
  /** What was counted may not hold any more. */
  recount(): void
}

export function createFreshRows(database: DatabaseSync, limit = FRESH_ROWS): FreshRows {
  const count = database.prepare(
    'SELECT (SELECT count(*) FROM waiter_fresh) AS waiters, (SELECT count(*) FROM agent_session_fresh) AS sessions',
  )
  const join = database.prepare('INSERT OR REPLACE INTO waiter_fresh VALUES (?, ?, ?, ?)')
  const leaveFresh = database.prepare('DELETE FROM waiter_fresh WHERE attempt_id = ?')
  const leaveFiled = database.prepare('DELETE FROM waiter WHERE attempt_id = ?')
  const fileWaiters = database.prepare(
    `INSERT INTO waiter SELECT f.attempt_id, l.line, f.priority, f.since
     FROM waiter_fresh f CROSS JOIN fresh_line l ON l.line_no = f.line_no ORDER BY f.attempt_id`,
  )
  const allLines = database.prepare('SELECT line_no, line FROM fresh_line')
  const putLine = database.prepare('INSERT INTO fresh_line (line) VALUES (?)')
  const clearLines = database.prepare('DELETE FROM fresh_line WHERE line_no NOT IN (SELECT line_no FROM waiter_fresh)')
  const clearWaiters = database.prepare('DELETE FROM waiter_fresh')
  const start = database.prepare('INSERT INTO agent_session_fresh VALUES (?, ?, ?)')
  const dropFresh = database.prepare('DELETE FROM agent_session_fresh WHERE session_no = ?')
  const dropFiled = database.prepare(
    'DELETE FROM agent_session WHERE agent_id = ? AND started_at = ? AND session_no = ?',
  )
  const fileSessions = database.prepare(
    'INSERT INTO agent_session SELECT agent_id, started_at, session_no FROM agent_session_fresh',
  )
  const clearSessions = database.prepare('DELETE FROM agent_session_fresh')
  const lines = new Map<string, number>()
  let waiters = 0
  let sessions = 0

  function recount(): void {
    const row = count.get()
    waiters = column.number(row?.waiters)
    sessions = column.number(row?.sessions)
    readLines()
  }

  function readLines(): void {
    lines.clear()
    for (const row of allLines.all()) lines.set(column.text(row.line), column.number(row.line_no))
  }

  function numberOf(line: string): number {
    const known = lines.get(line)
    if (known !== undefined) return known
    const lineNo = Number(putLine.run(line).lastInsertRowid)
    lines.set(line, lineNo)
    return lineNo
  }

  function leave(attemptId: string): void {
    const left = Number(leaveFresh.run(attemptId).changes)
    waiters -= left
    if (left === 0) leaveFiled.run(attemptId)
  }

  recount()
  return {
    recount,
    leave,
    join({ attemptId, line, priority, since }, isNew) {
      if (!isNew) leave(attemptId)
      join.run(attemptId, numberOf(line), priority, since)
      waiters += 1
    },
    startSession(sessionNo, agentId, startedAt) {
      start.run(sessionNo, agentId, startedAt)
      sessions += 1
    },
    dropSession(sessionNo, agentId, startedAt) {
      const dropped = Number(dropFresh.run(sessionNo).changes)
      sessions -= dropped
      if (dropped === 0) dropFiled.run(agentId, startedAt, sessionNo)
    },
    file() {
      if (waiters > limit) {
        fileWaiters.run()
        clearWaiters.run()
        waiters = 0
      }
      // Half of them at least are of no use then.
      if (lines.size > 2 * limit) {
        clearLines.run()
        readLines()
      }
      if (sessions > limit) {
        fileSessions.run()
        clearSessions.run()
        sessions = 0
      }
    },
  }
}
