import Type, { type Static } from 'typebox'
import { RoutingReceipt, TaskFailure } from '../fleet/agent.ts'
import { Json, JsonObject } from '../text/json.ts'
import { nullable, stringUnion } from '../text/string-union.ts'
import { SESSION_STATUSES } from '../text/words.ts'
import { Instant } from '../time/instant.ts'
import { DefinitionProblem } from '../workflow.ts'

export const SessionStatus = stringUnion(SESSION_STATUSES)
export type SessionStatus = Static<typeof SessionStatus>

export const TASK_STATUSES = [
  'pending',
  'dispatched',
  'running',
  'pending_retry',
  'completed',
  'failed',
  'cancelled',
  'skipped',
] as const
export const TaskStatus = stringUnion(TASK_STATUSES)
export type TaskStatus = Static<typeof TaskStatus>

export const ATTEMPT_STATUSES = [
  'scheduled',
  'dispatched',
  'running',
  'completed',
  'failed',
  'timed_out',
  'cancelled',
] as const
export const AttemptStatus = stringUnion(ATTEMPT_STATUSES)
export type AttemptStatus = Static<typeof AttemptStatus>

export const AttemptView = Type.Object({
  attempt: Type.Integer({ minimum: 1 }),
  attemptId: Type.String({ description: 'What agents see and echo as opscore_task_id' }),
  agentId: nullable(Type.String()),
  status: AttemptStatus,
  receipt: nullable(RoutingReceipt),
  scheduledAt: Instant,
  dispatchedAt: nullable(Instant),
  startedAt: nullable(Instant),
  endedAt: nullable(Instant),
  error: nullable(TaskFailure),
})
export type AttemptView = Static<typeof AttemptView>

/** A report for an attempt that was already over. It ended nothing, and is kept. */
export const LateResult = Type.Object({
  attemptId: Type.String(),
  agentId: Type.String(),
  state: Type.String(),
  result: Json,
  error: nullable(TaskFailure),
  receivedAt: Instant,
})
export type LateResult = Static<typeof LateResult>

export const Progress = Type.Object({
  fraction: nullable(Type.Number({ minimum: 0, maximum: 1 })),
  text: nullable(Type.String({ maxLength: 1024 })),
})
export type Progress = Static<typeof Progress>

export const TaskView = Type.Object({
  taskId: Type.String({ description: 'The instance' }),
  taskDefinitionId: Type.String({ description: "The definition's id" }),
  sessionId: Type.String(),
  workflowId: Type.String(),
  agentId: nullable(Type.String()),
  name: Type.String(),
  status: TaskStatus,
  payload: Json,
  result: Json,
  error: nullable(TaskFailure),
  attempts: Type.Array(AttemptView),
  lateResults: Type.Array(LateResult),
  progress: nullable(Progress),
  createdAt: Instant,
  updatedAt: Instant,
})
export type TaskView = Static<typeof TaskView>

export const SessionError = Type.Object({
  code: Type.String(),
  message: Type.String(),
  taskId: Type.Optional(Type.String()),
})
export type SessionError = Static<typeof SessionError>

const summary = {
  sessionId: Type.String(),
  workflowId: Type.String(),
  workflowVersion: nullable(Type.String()),
  workflowRevision: nullable(
    Type.Integer({ description: 'null for an inline definition whose id means something else' }),
  ),
  agentId: Type.String(),
  status: SessionStatus,
  startTime: Instant,
  lastUpdatedTime: Instant,
  endTime: nullable(Instant),
  error: nullable(SessionError),
}

/** A row of the session list. */
export const SessionSummary = Type.Object(summary)
export type SessionSummary = Static<typeof SessionSummary>

export const SessionView = Type.Object({
  ...summary,
  input: nullable(JsonObject),
  metadata: JsonObject,
  result: Json,
  warnings: Type.Array(DefinitionProblem),
  tasks: Type.Array(TaskView),
})
export type SessionView = Static<typeof SessionView>

/** Why something waits. */
export const WAIT_CODES = [
  'AGENT_BUSY',
  'AGENT_REFUSED',
  'AGENT_PAUSED',
  'AGENT_NOT_READY',
  'AGENT_IN_ERROR',
  'AGENT_OFFLINE',
  'AGENT_UNKNOWN',
  'NO_SUCH_CAPABILITY',
  'BACKING_OFF',
  'AWAITING_REPORT',
  'AWAITING_JOIN',
  'AWAITING_TIME',
  'AWAITING_SIGNAL',
  'AWAITING_APPROVAL',
  'PAUSED',
  'DISPATCH_UNREACHABLE',
  'BEING_PLACED',
] as const

/** One cause for which a task does not move, and what would move it. */
export const WaitCause = Type.Object({
  taskId: nullable(Type.String({ description: 'The instance; null where it is the whole session' })),
  taskDefinitionId: nullable(Type.String()),
  code: stringUnion(WAIT_CODES),
  since: Instant,
  until: Type.Optional(Instant),
  detail: Type.String(),
  hint: Type.String({ description: 'What would move it' }),
})
export type WaitCause = Static<typeof WaitCause>

export const Explanation = Type.Object({
  sessionId: Type.String(),
  status: SessionStatus,
  causes: Type.Array(WaitCause, { description: 'Empty only for what has ended' }),
})
export type Explanation = Static<typeof Explanation>

/** What is said directly of a task. Without `attemptId` it is about the current attempt, and wants the scope of an operator. */
const AttemptNamed = {
  attemptId: Type.Optional(
    Type.String({
      maxLength: 512,
      description: 'It is the agent at work on this attempt who speaks; an outcome says that it is done with it',
    }),
  ),
}
export const CompleteTaskRequest = Type.Object({ ...AttemptNamed, result: Type.Optional(Json) })
export type CompleteTaskRequest = Static<typeof CompleteTaskRequest>
export const FailTaskRequest = Type.Object({
  ...AttemptNamed,
  code: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  message: Type.Optional(Type.String({ maxLength: 4096 })),
})
export type FailTaskRequest = Static<typeof FailTaskRequest>
export const HeartbeatTaskRequest = Type.Object({ ...AttemptNamed, progress: Type.Optional(Progress) })
export type HeartbeatTaskRequest = Static<typeof HeartbeatTaskRequest>
export const AdoptRequest = Type.Object({ attemptId: Type.Optional(Type.String({ maxLength: 512 })) })
export type AdoptRequest = Static<typeof AdoptRequest>
export const ControlRequest = Type.Object({ reason: Type.Optional(Type.String({ maxLength: 1024 })) })
export type ControlRequest = Static<typeof ControlRequest>
