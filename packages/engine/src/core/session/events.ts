/** The events of a session's log, each with the shape of its data. Folding them gives the session's state. */
import type {
  DefinitionProblem,
  Json,
  JsonObject,
  LateResult,
  RoutingReceipt,
  SessionError,
  TaskFailure,
} from '@opscore/contract'
import type { EventDraft } from '../event.ts'
import type { Decided, KeptSignal, Waiting } from './state.ts'

type OfSession<T extends EventDraft['type'], D> = { type: T; time: number; sessionId: string; data: D }

type OfTask<T extends EventDraft['type'], D> = {
  type: T
  time: number
  sessionId: string
  taskId: string
  taskDefinitionId: string
  agentId?: string
  attempt?: number
  data: D
}

export interface SessionOrigin {
  workflowId: string
  workflowVersion: string | null
  workflowRevision: number | null
  definitionHash: string
  agentId: string
  input: JsonObject | null
  metadata: JsonObject
  warnings: DefinitionProblem[]
}

/** `taken` names the tasks that an ended task leads on to; `bytes` is the size of what the event adds to the session. */
export type SessionEvent =
  | OfSession<'session.started', SessionOrigin & { deadline: number }>
  | OfSession<'session.completed', { result: Json }>
  | OfSession<'session.failed', { error: SessionError }>
  | OfSession<'session.cancelled', { reason: string }>
  | OfSession<'session.paused', { reason: string }>
  | OfSession<'session.failure_held', { error: SessionError }>
  | OfSession<'session.resumed', { pausedAt?: number }>
  | OfSession<'session.retried', { epoch: number; deadline: number; tasks: string[] }>
  | OfSession<'session.signalled', KeptSignal & { bytes: number }>
  | OfTask<'task.scheduled', { payload?: Json; bytes: number }>
  | OfTask<'task.assigned', { receipt: RoutingReceipt; place?: number }>
  | OfTask<'task.dispatched', { via: string; since?: number }>
  | OfTask<'task.refused', { reason: string; place: number }>
  | OfTask<'task.running', Record<string, never>>
  | OfTask<'task.waiting', Waiting>
  | OfTask<'task.decided', Omit<Decided, 'at'> & { bytes: number }>
  | OfTask<'task.escalated', { until: number | null }>
  | OfTask<'task.attempt_failed', { status: 'failed' | 'timed_out'; error: TaskFailure }>
  | OfTask<'task.retry_scheduled', { retryAt: number }>
  | OfTask<'task.completed', { result: Json; taken: string[]; bytes: number; adopted?: boolean; signalId?: string }>
  | OfTask<'task.failed', { error: TaskFailure; taken: string[] }>
  | OfTask<'task.cancelled', { reason: string }>
  | OfTask<'task.skipped', { reason: string }>
  | OfTask<'task.late_result', { late: LateResult; bytes: number }>
