/** What a person says of a task: it acts on the task and not on one attempt, so between attempts too, and finally. */
import type { Json } from '@opscore/contract'
import type { CompiledTask } from '@opscore/workflow'
import { DomainError } from '../../domain-error.ts'
import type { Conclusion } from '../attempt/attempt.ts'
import { openAttempt, releaseOf } from '../attempt/attempt.ts'
import { completeTask, failTask } from '../flow.ts'
import { MAX_PAYLOAD_BYTES, MAX_SESSION_BYTES, sizeOf } from '../limits.ts'
import { hasEnded, isTerminal, type TaskState } from '../state.ts'
import type { Step } from '../step.ts'

/**
 * Completes or fails the task; its agent may be at work, and keeps the place.
 * @throws DomainError `STATE_CONFLICT` for a task that has ended, `PAYLOAD_TOO_LARGE`
 */
export function concludeByHand(step: Step, definition: CompiledTask, task: TaskState, said: Conclusion): void {
  if (hasEnded(task) || isTerminal(step.state.head.status)) {
    throw new DomainError('STATE_CONFLICT', `The task is ${task.status} and takes no other outcome`)
  }
  if (definition.work?.kind === 'approval') {
    throw new DomainError(
      'STATE_CONFLICT',
      'An approval is decided and not completed: POST …/approval/{approvalId}/decide',
    )
  }
  if (said.outcome === 'completed') assertFits(step, said.result)
  const attempt = openAttempt(task)
  if (attempt?.agentId) step.effect(releaseOf(definition, task, attempt, 'concluded', step.context.now))
  const agent = attempt?.agentId ? { agentId: attempt.agentId } : {}
  const about = attempt ? { attempt: attempt.attempt, ...agent } : {}
  if (said.outcome === 'completed') return completeTask(step, definition, said.result, about)
  const error = said.error ?? { code: 'AGENT_ERROR', message: 'The task was failed by hand' }
  if (attempt) step.addTask('task.attempt_failed', definition, { status: 'failed', error }, about)
  failTask(step, definition, error)
}

/**
 * The bytes of a value. What would fail the session is refused instead, where whoever says it hears the answer.
 * @throws DomainError `PAYLOAD_TOO_LARGE`
 */
export function assertFits({ state }: Step, value: Json, noun = 'result'): number {
  const bytes = sizeOf(value)
  if (bytes > MAX_PAYLOAD_BYTES) {
    throw new DomainError('PAYLOAD_TOO_LARGE', `The ${noun} has ${bytes} bytes, more than ${MAX_PAYLOAD_BYTES}`)
  }
  if (state.head.bytes + bytes > MAX_SESSION_BYTES) {
    throw new DomainError('PAYLOAD_TOO_LARGE', `The session would hold more than ${MAX_SESSION_BYTES} bytes with it`)
  }
  return bytes
}
