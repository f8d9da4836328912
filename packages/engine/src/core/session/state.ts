/**
 * A session: one run of a workflow definition. Stored as a head and one row for each task it has reached, so that a
 * step writes only what it changed.
 *
 * Invariants
 * 1. A terminal status absorbs within an epoch; only `retry` and `adopt` open a new one (reliability.md, 2).
 * 2. An attempt has at most one accepted outcome (reliability.md, 3); attempt numbers strictly rise.
 * 3. A task is scheduled only after what it follows has ended, under the session's own definition (reliability.md, 5).
 */
import type {
  AttemptStatus,
  DefinitionProblem,
  Json,
  JsonObject,
  LateResult,
  Progress,
  RoutingReceipt,
  SessionError,
  SessionStatus,
  TaskFailure,
  TaskStatus,
} from '@opscore/contract'

/** What a task waits for that no agent does. */
export interface Waiting {
  /** When the waiting is over by itself; `null` for never. */
  until: number | null
  signals?: string[]
  /** What people are asked. */
  title?: string
}

/** The key with which somebody decided. */
export interface DecidedBy {
  keyId: string
  name: string
}

export interface Decided {
  decision: 'approved' | 'rejected' | 'edited'
  by: DecidedBy
  at: number
  comment: string | null
  content?: Json
}

/** A signal that nothing has waited for yet. */
export interface KeptSignal {
  id: string
  name: string
  payload: Json
}

/** Times are epoch milliseconds. */
export interface AttemptState {
  attempt: number
  agentId: string | null
  status: AttemptStatus
  receipt: RoutingReceipt | null
  scheduledAt: number
  assignedAt: number | null
  /** The agent's version that took the place: of two for this attempt, the later has the higher. Older sessions lack it. */
  place?: number
  /** How often agents refused it for want of room, and which, each with the last place that it refused it in. Absent where none did. */
  refused?: { times: number; by: { agentId: string; place: number }[] }
  dispatchedAt: number | null
  startedAt: number | null
  heartbeatAt: number | null
  endedAt: number | null
  error: TaskFailure | null
  /** Milliseconds of pauses since it was scheduled, in which its waiting stood still. Absent where there were none. */
  stoodStill?: number
  /** Set once a task of another kind than `agent` has begun to wait. */
  waiting?: Waiting
  decisions?: Decided[]
  escalatedAt?: number
}

export interface TaskState {
  taskId: string
  taskDefinitionId: string
  status: TaskStatus
  payload: Json
  result: Json
  error: TaskFailure | null
  attempts: AttemptState[]
  /** Attempts before this number belong to an earlier epoch and do not count against `maxAttempts`. */
  firstAttempt: number
  lateResults: LateResult[]
  progress: Progress | null
  createdAt: number
  updatedAt: number
  /** While `pending_retry`: when the next attempt is scheduled. */
  retryAt: number | null
  /** Milliseconds of pauses since its first attempt of this epoch, in which `scheduleToClose` stood still. Absent where there were none. */
  stoodStill?: number
  /** Once it has ended: the tasks it led on to; every other edge of it is dead. */
  taken: string[] | null
}

export interface SessionHead {
  sessionId: string
  workflowId: string
  workflowVersion: string | null
  workflowRevision: number | null
  definitionHash: string
  agentId: string
  status: SessionStatus
  epoch: number
  startedAt: number
  updatedAt: number
  endedAt: number | null
  /** When the session's own time-out strikes. */
  deadline: number
  input: JsonObject | null
  metadata: JsonObject
  result: Json
  error: SessionError | null
  warnings: DefinitionProblem[]
  /** When it last left a pause that was begun by a version which kept no `pausedAt`: until then no task has aged in its line. */
  resumedAt: number | null
  /** While it is paused: since when. */
  pausedAt?: number
  /** What happened in the pause that fails the session: it does when it is resumed. */
  heldFailure?: SessionError
  /** Signals that nothing has waited for yet, oldest first, and the ids of all that came. Absent where none did. */
  signals?: KeptSignal[]
  signalIds?: string[]
  /** How many tasks have been reached and have not ended. */
  openTasks: number
  /** How many events and bytes of payload and result it has, against the bounds of reliability.md. */
  events: number
  bytes: number
}

export interface SessionState {
  head: SessionHead
  /** By the task's index in the definition; a hole where it has not been reached. */
  tasks: readonly (TaskState | undefined)[]
}

/** A task that no event will move any more in this epoch. */
export const hasEnded = (task: TaskState): boolean =>
  task.status === 'completed' || task.status === 'failed' || task.status === 'cancelled' || task.status === 'skipped'

export const isTerminal = (status: SessionStatus): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled'

/** A task's id names its session and its place in the definition, so that no index is needed to find it. */
export function taskIdOf(sessionId: string, index: number): string {
  return `${sessionId}.${index + 1}`
}

/** A task's place in its definition, from 0: the number that its id ends with, less 1. */
export function taskIndexOf(taskId: string): number {
  const index = Number(taskId.slice(taskId.lastIndexOf('.') + 1)) - 1
  if (!Number.isInteger(index) || index < 0) throw new Error(`No task of a session has the id ${taskId}`)
  return index
}

/** The id that agents see and echo as `opscore_task_id`: it names the attempt. */
export function attemptIdOf(taskId: string, attempt: number): string {
  return `${taskId}.${attempt}`
}

const ATTEMPT_ID = /^(([0-9a-f-]{36})\.(\d{1,4}))\.(\d{1,9})$/
const TASK_ID = /^([0-9a-f-]{36})\.(\d{1,4})$/

/** What an attempt's id names; `null` for a string that is none of ours. */
export function parseAttemptId(attemptId: string): { sessionId: string; taskId: string; attempt: number } | null {
  const match = ATTEMPT_ID.exec(attemptId)
  if (!match) return null
  const [, taskId, sessionId, , attempt] = match
  return taskId && sessionId ? { sessionId, taskId, attempt: Number(attempt) } : null
}

/** What a task's id names; `null` for a string that is none of ours. */
export function parseTaskId(taskId: string): { sessionId: string; index: number } | null {
  const match = TASK_ID.exec(taskId)
  return match?.[1] ? { sessionId: match[1], index: Number(match[2]) - 1 } : null
}
