/**
 * What becomes of a command to a session. Pure: time and randomness are handed in, the answer is events and effects.
 * A command that no longer applies (an older attempt, a task that is over, a session that has ended) changes nothing.
 */
import type { Decision } from '../decision.ts'
import { DomainError } from '../domain-error.ts'
import { type AttemptCommand, onAttempt } from './attempt/on-attempt.ts'
import type { SessionOrigin } from './events.ts'
import { fileApprovals } from './file-approvals.ts'
import { endSession } from './finish.ts'
import { scheduleFirst } from './flow.ts'
import { MAX_SESSION_EVENTS } from './limits.ts'
import { type ControlCommand, control } from './person/control.ts'
import { type DecideCommand, decideApproval } from './person/decide-approval.ts'
import { type SignalCommand, signal } from './person/signal.ts'
import { isTerminal, type SessionState } from './state.ts'
import { createStep, type SessionContext, type Step } from './step.ts'
import { strike } from './timers.ts'

export type SessionCommand =
  | { type: 'start'; origin: SessionOrigin }
  | ControlCommand
  | AttemptCommand
  /** The line in which an attempt waits is to be chosen anew; changes nothing else. */
  | { type: 'requeue'; attemptId: string }
  | SignalCommand
  | DecideCommand
  | { type: 'wake' }

/** Decides on the session with this id. @throws DomainError `SESSION_NOT_FOUND` */
export function decideSession(
  sessionId: string,
  state: SessionState | null,
  command: SessionCommand,
  context: SessionContext,
): Decision & { state: SessionState } {
  if (!state && command.type !== 'start') throw new DomainError('SESSION_NOT_FOUND', `Session not found: ${sessionId}`)
  const step = createStep(state, sessionId, context)
  take(step, sessionId, state, command)
  if (step.state.head.events > MAX_SESSION_EVENTS) {
    endSession(step, { code: 'SESSION_TOO_LARGE', message: `The session has more than ${MAX_SESSION_EVENTS} events` })
  }
  if (context.workflow.asksPeople) fileApprovals(step, state)
  const { events, effects } = step.decision()
  return { state: step.state, events, effects }
}

function take(step: Step, sessionId: string, state: SessionState | null, command: SessionCommand): void {
  switch (command.type) {
    case 'start':
      return start(step, sessionId, state, command.origin)
    case 'wake':
      return isTerminal(step.state.head.status) ? undefined : strike(step)
    case 'cancel':
    case 'pause':
    case 'resume':
    case 'retry':
    case 'adopt':
      return control(step, command)
    case 'signal':
      return signal(step, command)
    case 'decide':
      return decideApproval(step, command)
    case 'requeue':
      return
    default:
      return onAttempt(step, command)
  }
}

function start(step: Step, sessionId: string, state: SessionState | null, origin: SessionOrigin): void {
  if (state) return
  const { now, workflow } = step.context
  const deadline = now + workflow.timeout
  step.add({ type: 'session.started', time: now, sessionId, data: { ...origin, deadline } })
  scheduleFirst(step)
}
