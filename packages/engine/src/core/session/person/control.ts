/** What a person does to a session: cancel, pause, resume, retry, and adopting an answer that came too late. */
import type { LateResult } from '@opscore/contract'
import type { CompiledTask } from '@opscore/workflow'
import { DomainError } from '../../domain-error.ts'
import { openAttempt, releaseOf } from '../attempt/attempt.ts'
import { callOff, endSession } from '../finish.ts'
import { begin, completeTask, schedule } from '../flow.ts'
import { hasEnded, isTerminal, type TaskState } from '../state.ts'
import type { Step } from '../step.ts'
import { strikeSession } from '../timers.ts'

export type ControlCommand =
  | { type: 'cancel'; reason: string }
  | { type: 'pause'; reason: string }
  | { type: 'resume' }
  | { type: 'retry' }
  /** Without `attemptId`, the newest late result that is not an error. */
  | { type: 'adopt'; taskDefinitionId: string; attemptId: string | null }

/** @throws DomainError `STATE_CONFLICT` where the session's status does not allow it */
export function control(step: Step, command: ControlCommand): void {
  const { sessionId, status } = step.state.head
  const time = step.context.now
  switch (command.type) {
    case 'cancel': {
      if (status === 'cancelled') return
      if (isTerminal(status)) throw conflict(step, 'cancelled')
      callOff(step, command.reason)
      return step.add({ type: 'session.cancelled', time, sessionId, data: { reason: command.reason } })
    }
    case 'pause': {
      if (status === 'paused') return
      if (isTerminal(status)) throw conflict(step, 'paused')
      return step.add({ type: 'session.paused', time, sessionId, data: { reason: command.reason } })
    }
    case 'resume': {
      if (isTerminal(status)) throw conflict(step, 'resumed')
      return status === 'paused' ? resume(step) : undefined
    }
    case 'retry':
      if (status !== 'failed') throw conflict(step, 'retried')
      return reopen(step, null)
    case 'adopt':
      return adopt(step, command.taskDefinitionId, command.attemptId)
  }
}

/** Goes on with what clocks had left, or fails with what happened in the pause. */
function resume(step: Step): void {
  strikeSession(step)
  const { sessionId, pausedAt, heldFailure } = step.state.head
  const data = pausedAt === undefined ? {} : { pausedAt }
  step.add({ type: 'session.resumed', time: step.context.now, sessionId, data })
  if (!heldFailure) {
    for (const task of step.context.workflow.tasks) begin(step, task)
    return
  }
  endSession(step, { ...heldFailure, message: `${heldFailure.message}; that was while the session was paused` })
}

function conflict(step: Step, done: string): DomainError {
  return new DomainError('STATE_CONFLICT', `The session is ${step.state.head.status} and cannot be ${done}`)
}

/** The tasks that a retry runs again: those that failed the session, and those called off with it. */
function unfinished(step: Step): CompiledTask[] {
  return step.context.workflow.tasks.filter((definition) => {
    const task = step.task(definition)
    if (task?.status === 'cancelled') return true
    return task?.status === 'failed' && task.taken?.length === 0 && definition.onFailure === 'fail'
  })
}

/** Opens a new epoch. Completed tasks are kept; `except` is not scheduled, as its result is at hand. */
function reopen(step: Step, except: CompiledTask | null): void {
  const { head } = step.state
  const { now, workflow } = step.context
  const tasks = unfinished(step)
  if (tasks.length === 0)
    throw new DomainError('STATE_CONFLICT', 'No task of the session failed, so there is none to run again')
  step.add({
    type: 'session.retried',
    time: now,
    sessionId: head.sessionId,
    data: { epoch: head.epoch + 1, deadline: now + workflow.timeout, tasks: tasks.map((task) => task.taskId) },
  })
  const again = tasks.filter((task) => task !== except)
  for (const task of again) {
    if (isTerminal(step.state.head.status)) return
    schedule(step, task)
  }
  for (const task of again) begin(step, task)
}

function adopt(step: Step, taskDefinitionId: string, attemptId: string | null): void {
  const definition = step.context.workflow.byId.get(taskDefinitionId)
  const task = definition && step.task(definition)
  const late = task && lateResultOf(task, attemptId)
  if (!definition || !task || !late) throw new DomainError('STATE_CONFLICT', 'The task has no late result to adopt')
  if (task.status === 'completed' || task.status === 'skipped') {
    throw new DomainError('STATE_CONFLICT', `The task is ${task.status} and takes no other result`)
  }
  if (hasEnded(task)) {
    if (step.state.head.status !== 'failed' || !unfinished(step).includes(definition)) {
      throw new DomainError('STATE_CONFLICT', 'The session has gone on without this task')
    }
    reopen(step, definition)
  }
  if (isTerminal(step.state.head.status)) return
  const attempt = openAttempt(task)
  if (attempt?.agentId) step.effect(releaseOf(definition, task, attempt, 'cancelled', step.context.now))
  completeTask(step, definition, late.result, { agentId: late.agentId, adopted: true })
}

function lateResultOf(task: TaskState, attemptId: string | null): LateResult | undefined {
  const usable = task.lateResults.filter((late) => late.error === null)
  return attemptId === null ? usable.at(-1) : usable.find((late) => late.attemptId === attemptId)
}
