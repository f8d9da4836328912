/** How an attempt fails, and when the next one comes. */
import type { TaskFailure } from '@opscore/contract'
import type { CompiledRetry, CompiledTask } from '@opscore/workflow'
import { failTask } from '../flow.ts'
import { standsStill } from '../person/pause.ts'
import type { AttemptState, TaskState } from '../state.ts'
import type { Step } from '../step.ts'
import { epochStart } from './attempt.ts'

/** Failures after which another attempt makes no sense, whatever the policy says. */
const FINAL = new Set([
  'SCHEDULE_TO_START_TIMEOUT',
  'SCHEDULE_TO_CLOSE_TIMEOUT',
  'DISPATCH_REJECTED',
  'RESULT_TOO_LARGE',
])

/** The attempt is over without a result: another one is scheduled, or the task fails. */
export function failAttempt(
  step: Step,
  definition: CompiledTask,
  attempt: AttemptState,
  status: 'failed' | 'timed_out',
  error: TaskFailure,
): void {
  const about = { attempt: attempt.attempt, ...(attempt.agentId ? { agentId: attempt.agentId } : {}) }
  step.addTask('task.attempt_failed', definition, { status, error }, about)
  const task = step.task(definition)
  if (!task) return
  const retryAt = nextAttemptAt(definition, task, error, step)
  if (retryAt === null) return failTask(step, definition, error)
  step.addTask('task.retry_scheduled', definition, { retryAt }, { attempt: attempt.attempt + 1 })
}

function nextAttemptAt(definition: CompiledTask, task: TaskState, error: TaskFailure, step: Step): number | null {
  const { retry, timeouts } = definition
  const made = (task.attempts.at(-1)?.attempt ?? 0) - task.firstAttempt + 1
  if (made >= retry.maxAttempts || FINAL.has(error.code) || retry.nonRetryableErrors.includes(error.code)) return null
  const { now, random } = step.context
  const pause = backOff(retry, made, random())
  if (timeouts.scheduleToClose === null) return now + pause
  const begun = epochStart(task)
  const stoodStill = (task.stoodStill ?? 0) + standsStill(step.state.head, begun, now)
  return pause < begun + stoodStill + timeouts.scheduleToClose - now ? now + pause : null
}

/** Milliseconds to wait after the nth attempt; jitter only lengthens it, so that a wait is never below the back-off. */
function backOff(retry: CompiledRetry, made: number, random: number): number {
  const exact = Math.min(retry.maximumInterval, retry.initialInterval * retry.backoffCoefficient ** (made - 1))
  return Math.ceil(exact * (1 + retry.jitter * random))
}
