import type { JsonObject } from '@opscore/contract'
import { cutText } from '@opscore/contract/text'
import type { OpsCoreError } from '../../client/ops-core-error.ts'
import { withStrayErrors } from '../stray-errors.ts'
import { toJson } from './json-value.ts'
import { type AgentTask, TaskAborted, type TaskContext, TaskError, type TaskHandler } from './task.ts'
import { readThrown } from './thrown-value.ts'

/** The report that ends an attempt. */
export interface TaskOutcome {
  state: 'idle' | 'error'
  details: JsonObject
}

/**
 * Runs the handler to its end. Never rejects: whatever happens in there is an outcome. What it leaves behind, to fail when
 * nobody waits for it, comes to `onStray`.
 */
export async function runTask(
  handler: TaskHandler,
  task: AgentTask,
  context: TaskContext,
  onStray: (thrown: unknown) => void,
): Promise<TaskOutcome> {
  const { signal } = context
  try {
    const result = toJson(await withStrayErrors(onStray, () => handler(task, context)))
    if (hasStrayed(signal)) return failed(task.id, signal.reason.cause)
    return {
      state: 'idle',
      details: {
        opscore_task_id: task.id,
        ...(result === undefined ? {} : { result }),
        ...(isCancelled(signal) ? { cancelled: true } : {}),
      },
    }
  } catch (thrown) {
    if (isCancelled(signal)) return cancelled(task.id)
    if (hasStrayed(signal)) return failed(task.id, signal.reason.cause)
    return failed(task.id, signal.aborted && !isTaskError(thrown) ? signal.reason : thrown)
  }
}

export function cancelled(taskId: string): TaskOutcome {
  return { state: 'idle', details: { opscore_task_id: taskId, cancelled: true } }
}

export function failed(taskId: string, thrown: unknown): TaskOutcome {
  const { code, message } = readThrown(thrown)
  return { state: 'error', details: { opscore_task_id: taskId, errorCode: code, message } }
}

export function endsTask(state: string): state is TaskOutcome['state'] {
  return state === 'idle' || state === 'error'
}

/** What is said of an attempt in place of an outcome that Ops-Core refused; a failure keeps its code, so that it is retried or not as before. */
export function refusedOutcome(taskId: string, { state, details }: TaskOutcome, { detail }: OpsCoreError): TaskOutcome {
  const isFailure = state === 'error'
  const errorCode = isFailure ? (details.errorCode ?? 'AGENT_ERROR') : 'RESULT_REFUSED'
  const message = isFailure ? `Ops-Core refused what the task failed with: ${detail}` : detail
  return { state: 'error', details: { opscore_task_id: taskId, errorCode, message: cutText(message, 1_000) } }
}

function isCancelled(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason instanceof TaskAborted && signal.reason.code === 'CANCELLED'
}

function hasStrayed(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason instanceof TaskAborted && signal.reason.code === 'STRAY_ERROR'
}

function isTaskError(thrown: unknown): boolean {
  try {
    return thrown instanceof TaskError
  } catch {
    return false
  }
}
