import type { Waiter } from '@opscore/engine/store'
import { column } from './column.ts'

/** Reads a row of `attempt_id, line, priority, since`. */
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
