import type { Waiter } from '@opscore/engine/store'
import { waiterOf } from '../rows/waiter-row.ts'

/**
 * Waiters in the order in which they came, until somebody looks, in columns: thousands of objects that live for some tenths of a second
 * are what a garbage collector is dearest with.
 */
export function createWaitersInColumns() {
  let sessionIds: string[] = []
  /** What an attempt's id has behind its session's. */
  let attempts: string[] = []
  let lines: string[] = []
  let priorities: number[] = []
  let sinces: number[] = []
  /** Nearly all are the first attempt at a first task: one text for all of them. */
  let lastAttempt = ''

  return {
    get size() {
      return sessionIds.length
    },
    push({ attemptId, sessionId, line, priority, since }: Waiter): void {
      const attempt = attemptId.slice(sessionId.length)
      if (attempt !== lastAttempt) lastAttempt = attempt
      sessionIds.push(sessionId)
      attempts.push(lastAttempt)
      lines.push(line)
      priorities.push(priority)
      sinces.push(since)
    },
    /** All of them; none are left. */
    take(): Waiter[] {
      const taken = sessionIds.map((sessionId, at) =>
        waiterOf({
          attempt_id: sessionId + attempts[at],
          line: lines[at],
          priority: priorities[at],
          since: sinces[at],
        }),
      )
      sessionIds = []
      attempts = []
      lines = []
      priorities = []
      sinces = []
      return taken
    },
  }
}
