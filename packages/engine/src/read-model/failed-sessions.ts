/** The sessions that failed last, and what each failed of. Pure. */
import { ATTENTION_MAXIMUM } from '@opscore/contract'
import type { CommittedEvent } from '../core/event.ts'
import type { SessionHead } from '../core/session/state.ts'

export interface FailedSession {
  sessionId: string
  /** Epoch milliseconds. */
  since: number
  /** `null` where it has not been looked up yet: the event does not say it. */
  workflowId: string | null
  code: string
  message: string
}

export interface FailedSessions {
  put(head: SessionHead): void
  apply(event: CommittedEvent): void
  /** Those that failed at or after a time: the store forgets the others. */
  since(time: number): FailedSession[]
}

/** Characters of a text that is kept to be listed. */
const TEXT = 300

export function createFailedSessions(): FailedSessions {
  const failed = new Map<string, FailedSession>()

  function keep(session: FailedSession): void {
    failed.delete(session.sessionId)
    failed.set(session.sessionId, session)
    if (failed.size <= 2 * ATTENTION_MAXIMUM) return
    const newest = [...failed.values()].sort((a, b) => b.since - a.since).slice(0, ATTENTION_MAXIMUM)
    failed.clear()
    for (const each of newest.reverse()) failed.set(each.sessionId, each)
  }

  return {
    put({ sessionId, workflowId, endedAt, updatedAt, error }) {
      const { code = 'FAILED', message = '' } = error ?? {}
      keep({ sessionId, workflowId, since: endedAt ?? updatedAt, code, message: shortened(message) })
    },
    apply({ type, time, sessionId, data }) {
      if (sessionId === undefined) return
      if (type === 'session.retried') return void failed.delete(sessionId)
      if (type !== 'session.failed') return
      // The event's data has the shape of its type (core/session/events.ts).
      const { code, message } = (data as { error: { code: string; message: string } }).error
      keep({ sessionId, workflowId: null, since: time, code, message: shortened(message) })
    },
    since: (time) => [...failed.values()].filter(({ since }) => since >= time),
  }
}

export const shortened = (text: string): string => text.slice(0, TEXT).toWellFormed()
