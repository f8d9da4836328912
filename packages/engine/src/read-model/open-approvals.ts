/** What people are asked and nobody has decided yet. Pure. */
import { ATTENTION_MAXIMUM } from '@opscore/contract'
import type { CommittedEvent } from '../core/event.ts'
import { attemptIdOf } from '../core/session/state.ts'
import { shortened } from './failed-sessions.ts'

export interface OpenApproval {
  approvalId: string
  taskId: string
  /** Epoch milliseconds. */
  since: number
  title: string
}

export interface OpenApprovals {
  put(approval: OpenApproval): void
  apply(event: CommittedEvent): void
  all(): Iterable<OpenApproval>
  /** Those beyond the maximum are counted alone. */
  count(): number
}

/** Whose details are known; of others it is known that there are so many. */
const KEPT = 2 * ATTENTION_MAXIMUM

const OVER: ReadonlySet<string> = new Set(['task.completed', 'task.failed', 'task.cancelled', 'task.attempt_failed'])

export function createOpenApprovals(): OpenApprovals {
  /** By task: it asks once at a time. */
  const open = new Map<string, OpenApproval | null>()

  function put(approval: OpenApproval): void {
    open.set(approval.taskId, open.size < KEPT ? { ...approval, title: shortened(approval.title) } : null)
  }

  return {
    put,
    apply({ type, time, taskId, attempt, data }) {
      if (taskId === undefined) return
      if (OVER.has(type)) return void open.delete(taskId)
      if (type !== 'task.waiting' || attempt === undefined) return
      // The event's data has the shape of its type (core/session/events.ts); a wait has no title.
      const { title } = data as { title?: string }
      if (title !== undefined) put({ approvalId: attemptIdOf(taskId, attempt), taskId, since: time, title })
    },
    *all() {
      for (const approval of open.values()) if (approval) yield approval
    },
    count: () => open.size,
  }
}
