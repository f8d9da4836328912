import type { Waiter } from '../../core/waiting-line/waiter.ts'
import { column } from './column.ts'

/** Reads a row of `waiter` or `waiter_fresh`. */
export function waiterOf(row: Record<string, unknown>): Waiter {
  return {
    attemptId: column.text(row.attempt_id),
    sessionId: column.text(row.session_id),
    taskId: column.text(row.task_id),
    line: column.text(row.line),
    priority: column.number(row.priority),
    since: column.number(row.since),
  }
}
