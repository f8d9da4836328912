/**
 * What is said of one attempt: an agent took it, its dispatch got through or failed, it runs, it has an outcome, its
 * agent is gone. Only the open attempt of a session that has not ended is moved; the rest is late, or not wanted.
 */

import type { Json, Progress } from '@opscore/contract'
import type { CompiledTask } from '@opscore/workflow'
import { DomainError } from '../../domain-error.ts'
import type { AssignedEffect, LostEffect, RefusedEffect, ReleaseEffect, ReportedEffect } from '../../effect.ts'
import { endIfTooLarge } from '../finish.ts'
import { completeTask } from '../flow.ts'
import { refusalOf } from '../limits.ts'
import { assertFits, concludeByHand } from '../person/by-hand.ts'
import { type AttemptState, isTerminal, type TaskState } from '../state.ts'
import type { Step } from '../step.ts'
import type { Conclusion } from './attempt.ts'
import { findOpen, locate, releaseOf } from './attempt.ts'
import { keepLate, keepSaid } from './late-result.ts'
import { failAttempt } from './retry.ts'

export type AttemptCommand =
  | AssignedEffect
  | ReportedEffect
  | LostEffect
  | RefusedEffect
  | Conclusion
  /** A person's result for a task that has ended: kept, so that it can still be adopted. */
  | { type: 'keep-result'; attemptId: string; result: Json }
  | { type: 'heartbeat'; attemptId: string; progress: Progress | null }
  | DispatchOutcome

/** `code` says whether another attempt makes sense. */
type DispatchOutcome = Sent &
  /** `since`: when the message went out, where that was long before. */
  (
    | { type: 'dispatched'; via: string; since?: number }
    | { type: 'dispatch-failed'; code: 'DISPATCH_FAILED' | 'DISPATCH_REJECTED'; reason: string }
  )

/** The message, with the agent and the place that it was sent for; whoever does not know those means the current ones. */
interface Sent {
  attemptId: string
  agentId?: string
  place?: number
}

/** Takes in what is said of the attempt that the command names. */
export function onAttempt(step: Step, command: AttemptCommand): void {
  const located = locate(command.attemptId, step.state, step.context.workflow)
  if (!located) return refuse(step, command)
  const { definition, task, number } = located
  const attempt = findOpen(task, number)
  const live = attempt !== null && !isTerminal(step.state.head.status)
  switch (command.type) {
    case 'assigned':
      if (isKnownPlace(task.attempts[number - 1], command, live)) return
      return live && attempt.agentId === null && step.state.head.status !== 'paused'
        ? assign(step, definition, attempt, command)
        : refuse(step, command)
    case 'reported':
      return live && attempt.agentId === command.agentId
        ? accept(step, definition, task, attempt, command)
        : keepLate(step, definition, task, number, command)
    case 'conclude':
      return command.by === 'person'
        ? concludeByHand(step, definition, task, command)
        : conclude(step, definition, task, live ? attempt : null, number, command)
    case 'keep-result':
      return keepSaid(step, definition, task, number, command)
    case 'heartbeat':
      return heartbeat(step, definition, live ? attempt : null, command.progress)
    case 'lost':
      if (live && isItsPlace(attempt, command)) lose(step, definition, attempt, command)
      return
    case 'refused':
      if (live && attempt.status !== 'running' && isItsPlace(attempt, command))
        giveBack(step, definition, attempt, command)
      return
    default:
      if (live && attempt.agentId !== null && isSentFor(attempt, command))
        dispatchOutcome(step, definition, task, attempt, command)
  }
}

/**
 * Heard twice, or late: the attempt has this place, or had it until its end or a refusal saw to it, and giving it back would
 * let the agent be given a task too many. A later place of the same agent was taken for an attempt that it had ended already, by
 * somebody who had not heard of that.
 */
function isKnownPlace(attempt: AttemptState | undefined, { agentId, place }: AssignedEffect, live: boolean): boolean {
  const refusal = attempt?.refused?.by.find((one) => one.agentId === agentId)
  if (refusal && place !== undefined && place <= refusal.place) return true
  if (attempt?.agentId !== agentId) return false
  return attempt.place === undefined || place === undefined ? live : place <= attempt.place
}

/** A place was taken for an attempt that does not want it (any more): it is given back. */
function refuse(step: Step, command: AttemptCommand): void {
  if (command.type !== 'assigned') return
  const { agentId, attemptId } = command
  step.effect({ type: 'release', agentId, attemptId, reason: 'over', until: step.context.now })
}

function assign(step: Step, definition: CompiledTask, attempt: AttemptState, command: AssignedEffect): void {
  const { agentId, attemptId, sessionId, receipt, place } = command
  const data = place === undefined ? { receipt } : { receipt, place }
  step.addTask('task.assigned', definition, data, { attempt: attempt.attempt, agentId })
  step.effect({ type: 'dispatch', sessionId, attemptId, agentId, ...(place === undefined ? {} : { place }) })
}

/** The first report that fits decides; `idle` may overtake `active` (wire contract). */
function accept(
  step: Step,
  definition: CompiledTask,
  task: TaskState,
  attempt: AttemptState,
  command: Pick<ReportedEffect, 'outcome' | 'result' | 'error'>,
): void {
  const about = { attempt: attempt.attempt, ...(attempt.agentId ? { agentId: attempt.agentId } : {}) }
  if (command.outcome === 'running') {
    if (attempt.status !== 'running') step.addTask('task.running', definition, {}, about)
    return
  }
  if (command.outcome === 'failed') {
    const error = command.error ?? { code: 'AGENT_ERROR', message: 'The agent reported an error' }
    return failAttempt(step, definition, attempt, 'failed', error)
  }
  const refusal = refusalOf(command.result)
  if (refusal) return failAttempt(step, definition, attempt, 'failed', refusal)
  completeTask(step, definition, command.result, about)
  endIfTooLarge(step, { taskId: task.taskDefinitionId })
}

/** An agent says the outcome directly: its place is given back, as no report of its state will. */
function conclude(
  step: Step,
  definition: CompiledTask,
  task: TaskState,
  attempt: AttemptState | null,
  number: number,
  command: Conclusion,
): void {
  const agentId = task.attempts.find((one) => one.attempt === number)?.agentId ?? ''
  if (attempt && definition.work) return concludeByHand(step, definition, task, command)
  if (!attempt) {
    const { sessionId } = step.state.head
    const state = command.outcome === 'completed' ? 'finished' : 'error'
    const report = { ...command, type: 'reported' as const, sessionId, agentId, state, receivedAt: step.context.now }
    return keepLate(step, definition, task, number, report)
  }
  if (command.outcome === 'completed') assertFits(step, command.result)
  if (attempt.agentId) step.effect(concludedOf(step, definition, task, attempt, command))
  accept(step, definition, task, attempt, command)
}

function concludedOf(
  { context: { now } }: Step,
  definition: CompiledTask,
  task: TaskState,
  attempt: AttemptState,
  { outcome }: Conclusion,
): ReleaseEffect {
  const release = releaseOf(definition, task, attempt, 'over', now)
  return outcome === 'completed' ? { ...release, completed: true } : release
}

/** @throws DomainError `STATE_CONFLICT` for an attempt that is over, so that whoever works on it can stop */
function heartbeat(
  step: Step,
  definition: CompiledTask,
  attempt: AttemptState | null,
  progress: Progress | null,
): void {
  if (!attempt?.agentId) throw new DomainError('STATE_CONFLICT', 'The attempt is over, or no agent has it yet')
  const about = { attempt: attempt.attempt, agentId: attempt.agentId }
  if (attempt.status !== 'running') step.addTask('task.running', definition, {}, about)
  step.beat(definition, attempt.attempt, progress)
}

/** One that was lost before the attempt heard of it may have been followed by another, with this agent or elsewhere. */
function isItsPlace(attempt: AttemptState, { agentId, place = Infinity }: LostEffect | RefusedEffect): boolean {
  return attempt.agentId === agentId && (attempt.place ?? 0) <= place
}

function lose(step: Step, definition: CompiledTask, attempt: AttemptState, { reason }: LostEffect): void {
  failAttempt(step, definition, attempt, 'failed', { code: 'AGENT_LOST', message: reason })
}

/** It waits on in its line, as old as it was, and no attempt is spent. */
function giveBack(step: Step, definition: CompiledTask, attempt: AttemptState, refusal: RefusedEffect): void {
  const { agentId, reason, place = attempt.place ?? 0 } = refusal
  step.addTask('task.refused', definition, { reason, place }, { attempt: attempt.attempt, agentId })
}

/** After a refusal the attempt may be with another agent by the time that an answer is heard. */
function isSentFor(attempt: AttemptState, { agentId, place }: Sent): boolean {
  if (agentId !== undefined && agentId !== attempt.agentId) return false
  return place === undefined || attempt.place === undefined || place === attempt.place
}

function dispatchOutcome(
  step: Step,
  definition: CompiledTask,
  task: TaskState,
  attempt: AttemptState,
  command: DispatchOutcome,
): void {
  if (command.type === 'dispatched') {
    // A report may have overtaken the agent's own 2xx.
    if (attempt.dispatchedAt === null && attempt.status === 'scheduled') {
      const { via, since } = command
      const data = since === undefined ? { via } : { via, since }
      step.addTask('task.dispatched', definition, data, { attempt: attempt.attempt })
    }
    return
  }
  // The agent spoke: it has the task, whatever became of the answer on its way back.
  if (attempt.status === 'running') return
  step.effect(releaseOf(definition, task, attempt, 'over', step.context.now))
  failAttempt(step, definition, attempt, 'failed', { code: command.code, message: command.reason })
}
