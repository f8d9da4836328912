/**
 * What becomes of a command to a session. Pure: time and randomness are handed in, the answer is events and effects.
 * A command that no longer applies (an older attempt, a task that is over, a session that has ended) changes nothing.
 */
import type { Decision } from '../decision.ts'
import { DomainError } from '../domain-error.ts'
import type { AssignedEffect, LostEffect, ReportedEffect } from '../effect.ts'
import type { CompiledTask } from '../workflow/compiled-workflow.ts'
import { findOpen, releaseOf } from './attempt.ts'
import type { SessionOrigin } from './events.ts'
import { endSession } from './finish.ts'
import { completeTask, scheduleFirst } from './flow.ts'
import { keepLate } from './late-result.ts'
import { MAX_PAYLOAD_BYTES, MAX_SESSION_BYTES, MAX_SESSION_EVENTS, sizeOf } from './limits.ts'
import { failAttempt } from './retry.ts'
import {
  type AttemptState,
  isTerminal,
  parseAttemptId,
  parseTaskId,
  type SessionState,
  type TaskState,
} from './state.ts'
import { createStep, type SessionContext, type Step } from './step.ts'
import { strike } from './timers.ts'

export type SessionCommand =
  | { type: 'start'; origin: SessionOrigin }
  | AssignedEffect
  | ReportedEffect
  | LostEffect
  | { type: 'dispatched'; attemptId: string; via: string }
  /** `code` says whether another attempt makes sense: `DISPATCH_FAILED` or `DISPATCH_REJECTED`. */
  | { type: 'dispatch-failed'; attemptId: string; code: 'DISPATCH_FAILED' | 'DISPATCH_REJECTED'; reason: string }
  /** The line in which an attempt waits is to be chosen anew; changes nothing else. */
  | { type: 'requeue'; attemptId: string }
  | { type: 'wake' }

/** Decides on the session with this id. @throws DomainError `SESSION_NOT_FOUND` */
export function decideSession(
  sessionId: string,
  state: SessionState | null,
  command: SessionCommand,
  context: SessionContext,
): Decision & { state: SessionState } {
  const step = createStep(state, sessionId, context)
  if (command.type === 'start') start(step, sessionId, state, command.origin)
  else if (!state) throw new DomainError('SESSION_NOT_FOUND', `Session not found: ${sessionId}`)
  else if (command.type === 'wake') isTerminal(state.head.status) || strike(step)
  else if (command.type !== 'requeue') aboutAttempt(step, command)
  if (step.state.head.events > MAX_SESSION_EVENTS) {
    endSession(step, { code: 'SESSION_TOO_LARGE', message: `The session has more than ${MAX_SESSION_EVENTS} events` })
  }
  return { ...step.decision(), state: step.state }
}

function start(step: Step, sessionId: string, state: SessionState | null, origin: SessionOrigin): void {
  if (state) return
  const { now, workflow } = step.context
  const deadline = now + workflow.timeout
  step.add({ type: 'session.started', time: now, sessionId, data: { ...origin, deadline } })
  scheduleFirst(step)
}

type AttemptCommand = Exclude<SessionCommand, { type: 'start' | 'wake' | 'requeue' }>

function aboutAttempt(step: Step, command: AttemptCommand): void {
  const named = parseAttemptId(command.attemptId)
  const index = named ? (parseTaskId(named.taskId)?.index ?? -1) : -1
  const definition = step.context.workflow.tasks[index]
  const task = step.state.tasks[index]
  if (!named || !definition || !task) return refuse(step, command)
  const attempt = findOpen(task, named.attempt)
  const live = attempt !== null && !isTerminal(step.state.head.status)
  switch (command.type) {
    case 'assigned':
      return live && attempt.agentId === null && step.state.head.status !== 'paused'
        ? assign(step, definition, attempt, command)
        : refuse(step, command)
    case 'reported':
      return live && attempt.agentId === command.agentId
        ? accept(step, definition, task, attempt, command)
        : keepLate(step, definition, task, named.attempt, command)
    default:
      if (live && attempt.agentId !== null) dispatchOutcome(step, definition, task, attempt, command)
  }
}

/** A place was taken for an attempt that does not want it (any more): it is given back. */
function refuse(step: Step, command: AttemptCommand): void {
  if (command.type !== 'assigned') return
  const { agentId, attemptId } = command
  step.effect({ type: 'release', agentId, attemptId, reason: 'over', until: step.context.now })
}

function assign(step: Step, definition: CompiledTask, attempt: AttemptState, command: AssignedEffect): void {
  const { agentId, attemptId, sessionId, receipt } = command
  step.addTask('task.assigned', definition, { receipt }, { attempt: attempt.attempt, agentId })
  step.effect({ type: 'dispatch', sessionId, attemptId, agentId })
}

/** The first report that fits decides; `idle` may overtake `active` (wire contract). */
function accept(
  step: Step,
  definition: CompiledTask,
  task: TaskState,
  attempt: AttemptState,
  command: ReportedEffect,
): void {
  const about = { attempt: attempt.attempt, agentId: command.agentId }
  if (command.outcome === 'running') {
    if (attempt.status !== 'running') step.addTask('task.running', definition, {}, about)
    return
  }
  if (command.outcome === 'failed') {
    const error = command.error ?? { code: 'AGENT_ERROR', message: 'The agent reported an error' }
    return failAttempt(step, definition, attempt, 'failed', error)
  }
  const bytes = sizeOf(command.result)
  if (bytes > MAX_PAYLOAD_BYTES) {
    const message = `The result has ${bytes} bytes, more than ${MAX_PAYLOAD_BYTES}`
    return failAttempt(step, definition, attempt, 'failed', { code: 'RESULT_TOO_LARGE', message })
  }
  completeTask(step, definition, command.result, about)
  if (step.state.head.bytes > MAX_SESSION_BYTES) {
    const message = `The session holds more than ${MAX_SESSION_BYTES} bytes`
    endSession(step, { code: 'SESSION_TOO_LARGE', message, taskId: task.taskDefinitionId })
  }
}

function dispatchOutcome(
  step: Step,
  definition: CompiledTask,
  task: TaskState,
  attempt: AttemptState,
  command: Exclude<AttemptCommand, AssignedEffect | ReportedEffect>,
): void {
  if (command.type === 'dispatched') {
    // A report may have overtaken the agent's own 2xx.
    if (attempt.dispatchedAt === null && attempt.status === 'scheduled') {
      step.addTask('task.dispatched', definition, { via: command.via }, { attempt: attempt.attempt })
    }
    return
  }
  if (command.type === 'lost') {
    return failAttempt(step, definition, attempt, 'failed', { code: 'AGENT_LOST', message: command.reason })
  }
  step.effect(releaseOf(definition, task, attempt, 'over', step.context.now))
  failAttempt(step, definition, attempt, 'failed', { code: command.code, message: command.reason })
}
