import type { SessionEvent } from './events.ts'
import type { AttemptState, TaskState } from './state.ts'

export type TaskEvent = Extract<SessionEvent, { taskDefinitionId: string }>

/** The task's state after one of its events. `task.scheduled` and `task.skipped` are the first of a task. */
export function evolveTask(before: TaskState | undefined, event: TaskEvent): TaskState {
  const task = { ...(before ?? reached(event)), updatedAt: event.time }
  switch (event.type) {
    case 'task.scheduled':
      return scheduled(task, event)
    case 'task.assigned': {
      const assigned = { agentId: event.agentId ?? null, assignedAt: event.time, ...event.data }
      return withAttempt(task, event, assigned)
    }
    case 'task.dispatched':
      return withAttempt({ ...task, status: 'dispatched' }, event, {
        status: 'dispatched',
        dispatchedAt: event.data.since ?? event.time,
      })
    case 'task.refused':
      return refused(task, event)
    case 'task.running':
      return withAttempt({ ...task, status: 'running' }, event, { status: 'running', startedAt: event.time })
    case 'task.waiting':
      return withAttempt({ ...task, status: 'running' }, event, {
        status: 'running',
        startedAt: event.time,
        waiting: event.data,
      })
    case 'task.decided':
      return decided(task, event)
    case 'task.escalated':
      return withAttempt(task, event, {
        escalatedAt: event.time,
        decisions: [],
        waiting: { ...attemptOf(task, event)?.waiting, until: event.data.until },
      })
    case 'task.attempt_failed': {
      const { status, error } = event.data
      return withAttempt({ ...task, error }, event, { status, error, endedAt: event.time })
    }
    case 'task.retry_scheduled':
      return { ...task, status: 'pending_retry', retryAt: event.data.retryAt }
    case 'task.completed': {
      const { result, taken } = event.data
      const completed: TaskState = { ...task, status: 'completed', result, taken, error: null, retryAt: null }
      return event.data.adopted
        ? { ...completed, attempts: calledOff(task, event.time) }
        : withAttempt(completed, event, { status: 'completed', endedAt: event.time })
    }
    case 'task.failed':
      return { ...task, status: 'failed', error: event.data.error, taken: event.data.taken, retryAt: null }
    case 'task.cancelled':
      return cancelled(task, event.time)
    case 'task.skipped':
      return { ...task, status: 'skipped', taken: [] }
    case 'task.late_result':
      return { ...task, lateResults: [...task.lateResults, event.data.late] }
  }
}

const attemptOf = (task: TaskState, { attempt }: TaskEvent) => task.attempts.find((one) => one.attempt === attempt)

function decided(task: TaskState, event: Extract<TaskEvent, { type: 'task.decided' }>): TaskState {
  const { bytes: _, ...decision } = event.data
  const before = attemptOf(task, event)?.decisions ?? []
  return withAttempt(task, event, { decisions: [...before, { ...decision, at: event.time }] })
}

function reached(event: TaskEvent): TaskState {
  return {
    taskId: event.taskId,
    taskDefinitionId: event.taskDefinitionId,
    status: 'pending',
    payload: null,
    result: null,
    error: null,
    attempts: [],
    firstAttempt: 1,
    lateResults: [],
    progress: null,
    createdAt: event.time,
    updatedAt: event.time,
    retryAt: null,
    taken: null,
  }
}

function scheduled(task: TaskState, event: Extract<TaskEvent, { type: 'task.scheduled' }>): TaskState {
  const attempt: AttemptState = {
    attempt: event.attempt ?? 1,
    agentId: null,
    status: 'scheduled',
    receipt: null,
    scheduledAt: event.time,
    assignedAt: null,
    dispatchedAt: null,
    startedAt: null,
    heartbeatAt: null,
    endedAt: null,
    error: null,
  }
  const anew = task.status === 'failed' || task.status === 'cancelled'
  const { stoodStill, ...rest } = task
  return {
    ...rest,
    ...(stoodStill === undefined || anew ? {} : { stoodStill }),
    status: 'pending',
    payload: event.data.payload === undefined ? task.payload : event.data.payload,
    attempts: [...task.attempts, attempt],
    firstAttempt: anew ? attempt.attempt : task.firstAttempt,
    error: anew ? null : task.error,
    retryAt: null,
    taken: null,
  }
}

/** Of those that refused an attempt so many are known: an answer that comes twice comes soon. */
const REFUSERS = 32

/** The attempt is where it was before an agent took it. */
function refused(task: TaskState, event: Extract<TaskEvent, { type: 'task.refused' }>): TaskState {
  const { agentId = '' } = event
  const before = task.attempts.find(({ attempt }) => attempt === event.attempt)?.refused ?? { times: 0, by: [] }
  const others = before.by.filter((one) => one.agentId !== agentId).slice(1 - REFUSERS)
  return withAttempt({ ...task, status: 'pending' }, event, {
    agentId: null,
    status: 'scheduled',
    receipt: null,
    assignedAt: null,
    dispatchedAt: null,
    refused: { times: before.times + 1, by: [...others, { agentId, place: event.data.place }] },
  })
}

function cancelled(task: TaskState, now: number): TaskState {
  return { ...task, status: 'cancelled', attempts: calledOff(task, now), retryAt: null, taken: [] }
}

function calledOff(task: TaskState, now: number): AttemptState[] {
  return task.attempts.map((attempt) =>
    attempt.endedAt === null ? { ...attempt, status: 'cancelled' as const, endedAt: now } : attempt,
  )
}

function withAttempt(task: TaskState, event: TaskEvent, change: Partial<AttemptState>): TaskState {
  const attempts = task.attempts.map((attempt) =>
    attempt.attempt === event.attempt ? { ...attempt, ...change } : attempt,
  )
  return { ...task, attempts }
}
