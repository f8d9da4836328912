import type { Json, JsonObject } from '@opscore/contract'
import { type AgentTask, TaskAborted, type TaskContext, TaskError, type TaskHandler } from './task.ts'

/** The report that ends an attempt. */
export interface TaskOutcome {
  state: 'idle' | 'error'
  details: JsonObject
}

/** What Ops-Core keeps of a result (reliability, "definitions"); a report beyond it would be refused whole. */
const MAX_RESULT_BYTES = 256 * 1024
const MAX_MESSAGE_LENGTH = 4096

/** Runs the handler to its end. Never rejects: whatever happens in there is an outcome. */
export async function runTask(handler: TaskHandler, task: AgentTask, context: TaskContext): Promise<TaskOutcome> {
  try {
    const result = toJson(await handler(task, context))
    return {
      state: 'idle',
      details: {
        opscore_task_id: task.id,
        ...(result === undefined ? {} : { result }),
        ...(isCancelled(context.signal) ? { cancelled: true } : {}),
      },
    }
  } catch (error) {
    if (isCancelled(context.signal)) return cancelled(task.id)
    const aborted = context.signal.aborted && !(error instanceof TaskError)
    return failed(task.id, aborted ? context.signal.reason : error)
  }
}

export function cancelled(taskId: string): TaskOutcome {
  return { state: 'idle', details: { opscore_task_id: taskId, cancelled: true } }
}

export function failed(taskId: string, error: unknown): TaskOutcome {
  const message = error instanceof Error ? error.message || error.name : String(error)
  return {
    state: 'error',
    details: {
      opscore_task_id: taskId,
      errorCode: errorCode(error),
      message: message.slice(0, MAX_MESSAGE_LENGTH),
    },
  }
}

/** Errors of Node and of most libraries bear a `code` that says more than ours would. */
function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && code !== '' ? code.slice(0, 128) : 'AGENT_ERROR'
}

function isCancelled(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason instanceof TaskAborted && signal.reason.code === 'CANCELLED'
}

/** The value as it will stand on the wire; `undefined` for none. */
function toJson(value: unknown): Json | undefined {
  const text = serialize(value)
  if (text === undefined) return undefined
  if (Buffer.byteLength(text) > MAX_RESULT_BYTES) {
    throw new TaskError('RESULT_TOO_LARGE', `The result is larger than ${MAX_RESULT_BYTES / 1024} KiB as JSON.`)
  }
  return JSON.parse(text)
}

function serialize(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    throw new TaskError('RESULT_NOT_JSON', 'The result cannot be written as JSON.', { cause })
  }
}
