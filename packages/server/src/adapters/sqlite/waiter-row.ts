import type { Waiter } from '../../core/waiting-line/waiter.ts'
import { column } from './column.ts'

/** What `waiterOf` reads, wherever the waiter stands. */
export const WAITERS = `SELECT attempt_id, line, priority, since FROM waiter
  UNION ALL
  SELECT f.attempt_id, l.line, f.priority, f.since FROM fresh_line l CROSS JOIN waiter_fresh f ON f.line_no = l.line_no`

export function waiterOf(row: Record<string, unknown>): Waiter {
  const attemptId = column.text(row.attempt_id)
  const taskId = withoutLast(attemptId)
  return {
    attemptId,
    sessionId: withoutLast(taskId),
    taskId,
    line: column.text(row.line),
    priority: column.number(row.priority),
    since: column.number(row.since),
  }
}

const withoutLast = (id: string): string => id.slice(0, id.lastIndexOf('.'))
