/** What the passing of time does to a session, and when it next does something. */
import type { CompiledTask, CompiledWorkflow } from '@opscore/workflow'
import { closesAt, epochStart, openAttempt, releaseOf } from './attempt/attempt.ts'
import { failAttempt } from './attempt/retry.ts'
import { endSession } from './finish.ts'
import { failTask, takeOutcome } from './flow.ts'
import { endWork, workEndsAt } from './kinds/begin-work.ts'
import { hasEnded, isTerminal, type SessionHead, type SessionState, type TaskState } from './state.ts'
import type { Step } from './step.ts'

interface Deadline {
  at: number
  code:
    | 'SCHEDULE_TO_START_TIMEOUT'
    | 'START_TO_CLOSE_TIMEOUT'
    | 'SCHEDULE_TO_CLOSE_TIMEOUT'
    | 'HEARTBEAT_TIMEOUT'
    | 'RETRY'
    | 'WORK_OVER'
}

/** The task's next deadline: a time-out of its attempt, or the end of its back-off. */
function deadlineOf(definition: CompiledTask, task: TaskState, head: SessionHead): Deadline | null {
  const { timeouts } = definition
  const deadlines: Deadline[] = []
  const attempt = openAttempt(task)
  if (definition.work) {
    const at = workEndsAt(definition.work, attempt, head)
    return at === null ? null : { at, code: 'WORK_OVER' }
  }
  const paused = head.status === 'paused'
  if (timeouts.scheduleToClose !== null && !paused) {
    const at = epochStart(task) + (task.stoodStill ?? 0) + timeouts.scheduleToClose
    deadlines.push({ at, code: 'SCHEDULE_TO_CLOSE_TIMEOUT' })
  }
  if (attempt && attempt.agentId !== null) {
    deadlines.push({ at: closesAt(definition, attempt), code: 'START_TO_CLOSE_TIMEOUT' })
    if (timeouts.heartbeat !== null && attempt.startedAt !== null) {
      deadlines.push({ at: (attempt.heartbeatAt ?? attempt.startedAt) + timeouts.heartbeat, code: 'HEARTBEAT_TIMEOUT' })
    }
  } else if (attempt && !paused) {
    const since = Math.max(attempt.scheduledAt, head.resumedAt ?? 0) + (attempt.stoodStill ?? 0)
    deadlines.push({ at: since + timeouts.scheduleToStart, code: 'SCHEDULE_TO_START_TIMEOUT' })
  } else if (task.retryAt !== null && !paused) {
    deadlines.push({ at: task.retryAt, code: 'RETRY' })
  }
  return deadlines.reduce<Deadline | null>((first, next) => (first && first.at <= next.at ? first : next), null)
}

/** When the session wants to be looked at next; `null` once it has ended. */
export function sessionWakeAt(state: SessionState, workflow: CompiledWorkflow): number | null {
  const { head } = state
  if (isTerminal(head.status)) return null
  // What is held waits for a person, who resumes the session.
  let first = head.heldFailure ? Number.POSITIVE_INFINITY : head.deadline
  for (const definition of workflow.tasks) {
    const task = state.tasks[definition.index]
    if (!task || hasEnded(task)) continue
    first = Math.min(first, deadlineOf(definition, task, head)?.at ?? first)
  }
  return first === Number.POSITIVE_INFINITY ? null : first
}

/** Does everything whose time has come; nothing before its time (reliability.md, 9). */
export function strike(step: Step): void {
  const { now, workflow } = step.context
  if (strikeSession(step)) return
  for (const definition of workflow.tasks) {
    const task = step.task(definition)
    if (!task || hasEnded(task)) continue
    const deadline = deadlineOf(definition, task, step.state.head)
    if (deadline && deadline.at <= now) strikeTask(step, definition, task, deadline.code)
    if (isTerminal(step.state.head.status)) return
  }
}

/** Whether the session's own time is up and has ended it; in a pause that is held, and what agents do goes on. */
export function strikeSession(step: Step): boolean {
  if (step.state.head.deadline > step.context.now) return false
  endSession(step, { code: 'SESSION_TIMEOUT', message: 'The session did not end in time' })
  return isTerminal(step.state.head.status)
}

const SENTENCES = {
  SCHEDULE_TO_START_TIMEOUT: 'No agent took the task in time',
  START_TO_CLOSE_TIMEOUT: 'The agent did not report an end in time',
  SCHEDULE_TO_CLOSE_TIMEOUT: 'The task did not end in time over all its attempts',
  HEARTBEAT_TIMEOUT: 'The agent stopped sending heartbeats for the task',
}

function strikeTask(step: Step, definition: CompiledTask, task: TaskState, code: Deadline['code']): void {
  const attempt = openAttempt(task)
  if (code === 'RETRY') {
    const next = (task.attempts.at(-1)?.attempt ?? 0) + 1
    return step.addTask('task.scheduled', definition, { bytes: 0 }, { attempt: next })
  }
  if (code === 'WORK_OVER') {
    if (attempt && definition.work)
      takeOutcome(step, definition, attempt.attempt, endWork(step, definition.work, attempt, task.payload))
    return
  }
  const error = { code, message: SENTENCES[code] }
  if (!attempt) return failTask(step, definition, error)
  if (attempt.agentId) step.effect(releaseOf(definition, task, attempt, 'timed_out', step.context.now))
  failAttempt(step, definition, attempt, 'timed_out', error)
}
