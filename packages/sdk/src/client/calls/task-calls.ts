import type { Accepted, Explanation, Json, Progress, TaskView } from '@opscore/contract'
import type { CallOptions, Transport } from '../transport.ts'

export interface AttemptOptions extends CallOptions {
  /** `opscore_task_id`, what agents know of a task; without it an operator speaks of the current attempt. */
  attemptId?: string
}

export type TaskCalls = ReturnType<typeof taskCalls>

/** A task is named by its id, or by that of one of its attempts. */
export function taskCalls(transport: Transport) {
  const at = (taskId: string, ...rest: string[]) => ['v1', 'opscore', 'task', taskId, ...rest]

  /** Only what names its attempt may be said twice: without, the second might be about the next one. */
  function say(taskId: string, action: string, said: object, { attemptId, signal }: AttemptOptions): Promise<Accepted> {
    const body = attemptId === undefined ? said : { ...said, attemptId }
    const repeatable = attemptId !== undefined && action !== 'adopt'
    return transport.request({ method: 'POST', path: at(taskId, action), body, repeatable, signal })
  }

  return {
    get(taskId: string, { signal }: CallOptions = {}): Promise<TaskView> {
      return transport.request({ method: 'GET', path: at(taskId), signal })
    },
    /** Why it waits. */
    explain(taskId: string, { signal }: CallOptions = {}): Promise<Explanation> {
      return transport.request({ method: 'GET', path: at(taskId, 'explain'), signal })
    },
    complete(taskId: string, { result, ...options }: AttemptOptions & { result?: Json } = {}): Promise<Accepted> {
      return say(taskId, 'complete', result === undefined ? {} : { result }, options)
    },
    /** Fails the attempt; the task is tried again where its definition says so. */
    fail(taskId: string, options: AttemptOptions & { code?: string; message?: string } = {}): Promise<Accepted> {
      const { code, message, ...rest } = options
      return say(taskId, 'fail', { code, message }, rest)
    },
    /** Throws `STATE_CONFLICT` for an attempt that is over: its work is wanted no more. */
    heartbeat(
      taskId: string,
      { progress, ...options }: AttemptOptions & { progress?: Progress } = {},
    ): Promise<Accepted> {
      return say(taskId, 'heartbeat', { progress }, options)
    },
    /** Takes a late result, the newest where no attempt is named, as the task's. */
    adopt(taskId: string, options: AttemptOptions = {}): Promise<Accepted> {
      return say(taskId, 'adopt', {}, options)
    },
  }
}
