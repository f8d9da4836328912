import Type, { type Static } from 'typebox'
import { JsonObject } from '../text/json.ts'
import { stringUnion } from '../text/string-union.ts'
import { Instant } from '../time/instant.ts'

/**
 * Every event there is, dotted, past tense. `agent.place_taken`, `agent.place_kept` and `agent.place_freed` belong to the
 * agent's own log; `task.progressed` goes out on the stream alone.
 */
export const EVENT_TYPES = [
  'agent.registered',
  'agent.updated',
  'agent.deregistered',
  'agent.state_changed',
  'agent.liveness_changed',
  'agent.paused',
  'agent.resumed',
  'agent.drained',
  'agent.place_taken',
  'agent.place_kept',
  'agent.place_freed',
  'session.started',
  'session.completed',
  'session.failed',
  'session.cancelled',
  'session.paused',
  'session.failure_held',
  'session.resumed',
  'session.retried',
  'session.signalled',
  'task.scheduled',
  'task.assigned',
  'task.dispatched',
  'task.refused',
  'task.running',
  'task.waiting',
  'task.decided',
  'task.escalated',
  'task.attempt_failed',
  'task.retry_scheduled',
  'task.completed',
  'task.failed',
  'task.cancelled',
  'task.skipped',
  'task.late_result',
  'task.progressed',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

export const OpsEvent = Type.Object({
  id: Type.String({ description: '<partition>-<position>; a UUID where the event is not stored' }),
  type: stringUnion(EVENT_TYPES),
  time: Instant,
  agentId: Type.Optional(Type.String()),
  sessionId: Type.Optional(Type.String()),
  taskId: Type.Optional(Type.String()),
  taskDefinitionId: Type.Optional(Type.String()),
  attempt: Type.Optional(Type.Integer()),
  data: JsonObject,
})
export type OpsEvent = Static<typeof OpsEvent>
