import type { Json, LateResult } from '@opscore/contract'
import type { CompiledTask } from '@opscore/workflow'
import type { ReportedEffect } from '../../effect.ts'
import { MAX_LATE_RESULTS, MAX_PAYLOAD_BYTES, MAX_SESSION_BYTES, sizeOf } from '../limits.ts'
import type { TaskState } from '../state.ts'
import type { Step } from '../step.ts'

/**
 * A report for an attempt that is over ends nothing and is kept, so that a person can still adopt it. What says the
 * accepted outcome once more, comes from another agent, or is beyond the bounds is not.
 */
export function keepLate(
  step: Step,
  definition: CompiledTask,
  task: TaskState,
  number: number,
  report: ReportedEffect,
): void {
  const attempt = task.attempts.find((candidate) => candidate.attempt === number)
  if (!attempt || attempt.agentId !== report.agentId || report.outcome === 'running') return
  if (attempt.status === report.outcome) return
  const { attemptId, agentId, state, result, error } = report
  if (task.lateResults.some((late) => late.attemptId === attemptId && late.state === state)) return
  const late: LateResult = {
    attemptId,
    agentId,
    state,
    result,
    error,
    receivedAt: new Date(report.receivedAt).toISOString(),
  }
  keep(step, definition, task, number, late)
}

/** A person's result for a task that has ended, whatever it ended with; one that is there already is not kept twice. */
export function keepSaid(
  step: Step,
  definition: CompiledTask,
  task: TaskState,
  number: number,
  { attemptId, result }: { attemptId: string; result: Json },
): void {
  const agentId = task.attempts.find((candidate) => candidate.attempt === number)?.agentId ?? ''
  const text = JSON.stringify(result)
  if (task.lateResults.some((late) => late.error === null && JSON.stringify(late.result) === text)) return
  const receivedAt = new Date(step.context.now).toISOString()
  keep(step, definition, task, number, { attemptId, agentId, state: 'finished', result, error: null, receivedAt })
}

function keep(step: Step, definition: CompiledTask, task: TaskState, attempt: number, late: LateResult): void {
  const bytes = sizeOf(late.result)
  const full = task.lateResults.length >= MAX_LATE_RESULTS || bytes > MAX_PAYLOAD_BYTES
  if (full || step.state.head.bytes + bytes > MAX_SESSION_BYTES) return
  const about = late.agentId === '' ? { attempt } : { attempt, agentId: late.agentId }
  step.addTask('task.late_result', definition, { late, bytes }, about)
}
