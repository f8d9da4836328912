/** What came of a session in virtual time, and the way that it took. */
import type { AttemptStatus, Json, SessionError, SessionStatus, TaskFailure, TaskStatus } from '@opscore/contract'
import type { TaskState } from '../core/session/state.ts'
import { START, type VirtualSession } from './virtual-session.ts'

export interface SessionRun {
  status: SessionStatus
  result: Json
  error: SessionError | null
  /** Virtual milliseconds from the session's start to its end. */
  duration: number
  /** Every task that was reached, in the order in which it was. */
  path: PathStep[]
}

/** Times are milliseconds since the session's start. */
export interface PathStep {
  task: string
  status: TaskStatus
  attempts: PathAttempt[]
  from: number
  /** When it last changed: for one that has ended, its end. */
  to: number
  payload: Json
  result: Json
  error: TaskFailure | null
  /** Reports that came when their attempt was over. */
  lateResults: number
}

export interface PathAttempt {
  attempt: number
  status: AttemptStatus
  from: number
  to: number | null
  error: TaskFailure | null
}

export function runOf(session: VirtualSession): SessionRun {
  const { status, result, error, startedAt, endedAt } = session.state.head
  return { status, result, error, duration: (endedAt ?? session.now) - startedAt, path: pathOf(session) }
}

function pathOf({ state, events }: VirtualSession): PathStep[] {
  const reached = new Set(events.flatMap(({ taskDefinitionId }) => taskDefinitionId ?? []))
  const byId = new Map(state.tasks.flatMap((task) => (task ? [[task.taskDefinitionId, task]] : [])))
  return [...reached].flatMap((id) => {
    const task = byId.get(id)
    return task ? [stepOf(task, endOf(events, id) ?? task.updatedAt)] : []
  })
}

/** A late result comes after the end of its task and does not move it. */
function endOf(events: VirtualSession['events'], id: string): number | undefined {
  return events.findLast((event) => event.taskDefinitionId === id && event.type !== 'task.late_result')?.time
}

function stepOf(task: TaskState, end: number): PathStep {
  const { taskDefinitionId, status, payload, result, error, lateResults } = task
  return {
    task: taskDefinitionId,
    status,
    attempts: task.attempts.map(({ attempt, scheduledAt, endedAt, ...one }) => ({
      attempt,
      status: one.status,
      from: scheduledAt - START,
      to: endedAt === null ? null : endedAt - START,
      error: one.error,
    })),
    from: task.createdAt - START,
    to: end - START,
    payload,
    result,
    error,
    lateResults: lateResults.length,
  }
}
