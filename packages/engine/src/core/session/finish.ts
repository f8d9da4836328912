/** How a session ends: with a result, or failed or cancelled with everything that was open called off. */
import type { Json, SessionError } from '@opscore/contract'
import { cutText } from '@opscore/contract/text'
import type { CompiledTask } from '@opscore/workflow'
import { evaluateTemplate, fitToSchema } from '@opscore/workflow'
import { openAttempt, releaseOf } from './attempt/attempt.ts'
import { MAX_SESSION_BYTES } from './limits.ts'
import { rootsOf } from './roots.ts'
import { attemptIdOf, hasEnded, isTerminal, type TaskState } from './state.ts'
import type { Step } from './step.ts'

/**
 * Ends the session: completed where `error` is null, else failed. Does nothing to one that has ended. Nothing fails a paused
 * one: the first failure is held, and it fails with that when it is resumed.
 */
export function endSession(step: Step, error: SessionError | null): void {
  if (isTerminal(step.state.head.status)) return
  const { sessionId, status, heldFailure } = step.state.head
  const time = step.context.now
  if (heldFailure) return
  const outcome = error ? { ok: false as const, error } : checkedResult(step)
  if (!outcome.ok && status === 'paused') {
    return step.add({ type: 'session.failure_held', time, sessionId, data: { error: outcome.error } })
  }
  if (!outcome.ok) callOff(step, 'The session failed')
  step.add(
    outcome.ok
      ? { type: 'session.completed', time, sessionId, data: { result: outcome.value } }
      : { type: 'session.failed', time, sessionId, data: { error: outcome.error } },
  )
}

/** Ends a session that has grown beyond its bound. */
export function endIfTooLarge(step: Step, about: { taskId?: string } = {}): void {
  if (step.state.head.bytes <= MAX_SESSION_BYTES) return
  const message = `The session holds more than ${MAX_SESSION_BYTES} bytes`
  endSession(step, { code: 'SESSION_TOO_LARGE', message, ...about })
}

/** Cancels every open task. Agents that may be at work keep their place for the attempt until they speak. */
export function callOff(step: Step, reason: string): void {
  for (const definition of step.context.workflow.tasks) {
    const task = step.task(definition)
    if (!task || hasEnded(task)) continue
    const attempt = openAttempt(task)
    if (attempt?.agentId) {
      const attemptId = attemptIdOf(task.taskId, attempt.attempt)
      const { sessionId } = step.state.head
      step.effect({ type: 'cancel', sessionId, attemptId, agentId: attempt.agentId })
      step.effect(releaseOf(definition, task, attempt, 'cancelled', step.context.now))
    }
    step.addTask('task.cancelled', definition, { reason }, attempt ? { attempt: attempt.attempt } : {})
  }
}

type SessionResult = { ok: true; value: Json } | { ok: false; error: SessionError }

function checkedResult(step: Step): SessionResult {
  const made = sessionResult(step)
  const { outputSchema } = step.context.workflow
  if (!made.ok || outputSchema === undefined) return made
  const fits = fitToSchema(outputSchema, made.value)
  if (fits.ok) return fits
  const said = fits.issues.map(({ path, message }) => `${path || '/'} ${message}`).join('; ')
  return {
    ok: false,
    error: { code: 'OUTPUT_INVALID', message: cutText(`The result does not fit outputSchema: ${said}`, 4_096) },
  }
}

function sessionResult(step: Step): SessionResult {
  const { output } = step.context.workflow
  if (output === undefined) return { ok: true, value: defaultResult(step) }
  const evaluated = evaluateTemplate(output, rootsOf(step.state))
  if (evaluated.ok) return evaluated
  return { ok: false, error: { code: 'TEMPLATE_ERROR', message: `output: ${evaluated.message}` } }
}

/** The result of the one task that the session ended with, or of several by their ids. */
function defaultResult(step: Step): Json {
  const last = step.context.workflow.tasks.flatMap((definition): [CompiledTask, TaskState][] => {
    const task = step.task(definition)
    return task?.status === 'completed' && task.taken?.length === 0 ? [[definition, task]] : []
  })
  if (last.length === 1) return last[0]?.[1].result ?? null
  return last.length === 0
    ? null
    : Object.fromEntries(last.map(([definition, task]) => [definition.taskId, task.result]))
}
