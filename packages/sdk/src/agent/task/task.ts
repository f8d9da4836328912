import type { AgentMessage, Json, JsonObject } from '@opscore/contract'
import type { AgentLog } from '../agent-log.ts'

/** One attempt at a task, as Ops-Core sends it. */
export interface AgentTask {
  /** `opscore_task_id`: names this attempt, and is a good idempotency key for what the handler does elsewhere. */
  id: string
  sessionId: string | null
  /** The task definition's `name`. */
  name: string
  parameters: JsonObject
  /** 1 for the first. */
  attempt: number
  /** After this Ops-Core gives the attempt up; `null` where the message names none. */
  deadline: Date | null
  /** The message as it came. */
  message: AgentMessage
}

/** How far a task is. */
export interface TaskProgress {
  /** 0 to 1; what lies outside counts as the nearer of the two. */
  fraction?: number
  /** The first 1,024 characters are kept. */
  text?: string
}

export interface TaskContext {
  agentId: string
  /**
   * Aborts at the deadline, when Ops-Core cancels the task or gives the attempt up, when something fails that the handler
   * does not wait for, and when the agent stops; its reason is a `TaskAborted`.
   */
  signal: AbortSignal
  log: AgentLog
  /** Runs one of AgentKit's tools and resolves to its result; throws `OpsCoreError`. */
  callTool(tool: string, args?: JsonObject): Promise<Json>
  /**
   * Says that the task is being worked on, as a definition's `heartbeat` time-out asks, and how far it is. Returns at
   * once and never throws; may be called as often as it is convenient, for the newest is what is sent.
   */
  heartbeat(progress?: TaskProgress): void
}

/**
 * Does a task. What it resolves to is the task's result and must be JSON; what it throws fails the attempt, whatever that is,
 * and so does an error that nobody waits for. The agent's process goes on.
 */
export type TaskHandler = (task: AgentTask, context: TaskContext) => unknown

/** Thrown by a handler: fails the attempt with a code that a definition's `nonRetryableErrors` can name. */
export class TaskError extends Error {
  override readonly name = 'TaskError'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Why a task's signal aborted. */
export class TaskAborted extends Error {
  override readonly name = 'TaskAborted'
  readonly code: 'CANCELLED' | 'DEADLINE_EXCEEDED' | 'ATTEMPT_OVER' | 'STRAY_ERROR' | 'AGENT_STOPPED'

  constructor(code: TaskAborted['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Reads a `workflow_task` message; `undefined` where it does not say which task, or which attempt. */
export function readTask(message: AgentMessage): AgentTask | undefined {
  const { payload } = message
  const name = message.task_name ?? payload.task_name
  if (!message.opscore_task_id || typeof name !== 'string') return undefined
  const parameters = payload.task_parameters
  const deadline = typeof payload.deadline === 'string' ? new Date(payload.deadline) : null
  return {
    id: message.opscore_task_id,
    sessionId: message.opscore_session_id ?? null,
    name,
    parameters: isObject(parameters) ? parameters : {},
    attempt: typeof payload.attempt === 'number' ? payload.attempt : 1,
    deadline: deadline && !Number.isNaN(deadline.getTime()) ? deadline : null,
    message,
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
