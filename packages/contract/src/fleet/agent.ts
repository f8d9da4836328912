import Type, { type Static } from 'typebox'
import { TASK_ANSWER_STATUSES, TaskAnswerError } from '../session/task-answer.ts'
import { HttpUrl } from '../text/http-url.ts'
import { Json, JsonObject } from '../text/json.ts'
import { nullable, stringUnion } from '../text/string-union.ts'
import { Instant } from '../time/instant.ts'

/** An agent's id: AgentKit makes UUIDs, others may send what they like within reason. No client can ask for `.` or `..` in a path. */
export const AgentId = Type.String({
  minLength: 1,
  maxLength: 256,
  not: { enum: ['.', '..'] },
  examples: ['0b7c9a52-6f2e-4c6f-9f4a-7a3f6f0f6f11'],
})

export const Capability = Type.String({ minLength: 1, maxLength: 256 })

/** What an agent says of itself when it registers (wire contract, webhook). */
export const AgentDetails = Type.Object(
  {
    agentId: AgentId,
    agentName: Type.String({ maxLength: 256 }),
    version: Type.String({ maxLength: 128 }),
    capabilities: Type.Optional(nullable(Type.Array(Capability, { maxItems: 256 }))),
    contactEndpoint: HttpUrl,
    metadata: Type.Optional(nullable(JsonObject)),
  },
  { additionalProperties: true },
)
export type AgentDetails = Static<typeof AgentDetails>

/** The webhook's body. `event_type` is read case-insensitively, so it is checked by the handler. */
export const AgentNotification = Type.Object(
  {
    event_type: Type.String({ description: 'REGISTER, DEREGISTER, DISPATCH_FAILED or RESULT' }),
    agent_details: Type.Optional(AgentDetails),
    agentId: Type.Optional(AgentId),
    delivery_id: Type.Optional(
      nullable(
        Type.String({
          minLength: 1,
          maxLength: 128,
          description: 'The same on every try of one delivery: what comes twice counts once',
        }),
      ),
    ),
    opscore_task_id: Type.Optional(Type.String({ maxLength: 512 })),
    reason: Type.Optional(nullable(Type.String({ maxLength: 4096 }))),
    retryable: Type.Optional(
      Type.Boolean({
        default: true,
        description: 'DISPATCH_FAILED: false where the agent would refuse the message again',
      }),
    ),
    reached: Type.Optional(
      Type.Boolean({ default: false, description: "DISPATCH_FAILED: the agent's endpoint answered" }),
    ),
    refused: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'DISPATCH_FAILED: the agent refused the message for want of room, which costs no attempt',
      }),
    ),
    retryAfter: Type.Optional(
      nullable(Type.Number({ minimum: 0, description: 'DISPATCH_FAILED: the pause that the agent named, in seconds' })),
    ),
    status: Type.Optional(
      stringUnion(TASK_ANSWER_STATUSES, { description: 'RESULT: what the agent answered the task with' }),
    ),
    result: Type.Optional(Json),
    error: Type.Optional(nullable(TaskAnswerError)),
  },
  { additionalProperties: true },
)
export type AgentNotification = Static<typeof AgentNotification>

/** States with a meaning of their own; any other string is legal and treated as `active`. */
export const KNOWN_AGENT_STATES = [
  'UNKNOWN',
  'initializing',
  'idle',
  'finished',
  'active',
  'error',
  'offline',
  'stopping',
  'stopped',
  'paused',
  'maintenance',
] as const

export const AgentStateReport = Type.Object(
  {
    agentId: Type.String(),
    timestamp: Instant,
    state: Type.String({ minLength: 1, maxLength: 64 }),
    details: Type.Optional(nullable(JsonObject)),
  },
  { additionalProperties: true, description: 'An agent says what it is doing' },
)
export type AgentStateReport = Static<typeof AgentStateReport>

export const Accepted = Type.Object({ status: Type.String(), message: Type.String() })
export type Accepted = Static<typeof Accepted>

export const AgentStateView = Type.Object({
  agentId: AgentId,
  state: Type.String(),
  details: nullable(JsonObject),
  timestamp: Type.String(),
})
export type AgentStateView = Static<typeof AgentStateView>

/** One row of an agent's history; `eventId` is its place in the event log. */
export const AgentStateHistoryEntry = Type.Object({
  eventId: Type.String(),
  state: Type.String(),
  details: nullable(JsonObject),
  timestamp: Type.String(),
  receivedAt: Instant,
})
export type AgentStateHistoryEntry = Static<typeof AgentStateHistoryEntry>

/** By three clocks: reachable, reporting, progressing. An agent that declared no interval is never `quiet` or `offline`. */
export const LIVENESS = ['online', 'quiet', 'offline', 'unreachable'] as const

/** One task that an agent holds a place for. */
export const HeldPlace = Type.Object({
  attemptId: Type.String(),
  sessionId: Type.String(),
  taskId: Type.String(),
  takenAt: Instant,
})
export type HeldPlace = Static<typeof HeldPlace>

/** An operator's word that it gets no new task, whatever it reports. */
export const AgentHold = Type.Object({
  kind: stringUnion(['pause', 'drain']),
  since: Instant,
  reason: Type.String(),
  drainedAt: nullable(Instant),
})
export type AgentHold = Static<typeof AgentHold>

export const AgentView = Type.Object({
  agentId: AgentId,
  agentName: Type.String(),
  version: Type.String(),
  capabilities: Type.Array(Type.String()),
  contactEndpoint: Type.String(),
  metadata: nullable(JsonObject),
  state: Type.String(),
  details: nullable(JsonObject),
  timestamp: Type.String(),
  registeredAt: Instant,
  updatedAt: Instant,
  liveness: stringUnion(LIVENESS),
  lastSeenAt: Instant,
  room: Type.Integer({ description: 'How many tasks it takes at once' }),
  places: Type.Array(HeldPlace),
  hold: nullable(AgentHold),
})
export type AgentView = Static<typeof AgentView>

/** Why one candidate was or was not given a task. */
export const ReceiptCandidate = Type.Object({ agentId: AgentId, reason: Type.String() })

/** The routing receipt: why this agent, why not the others. */
export const RoutingReceipt = Type.Object({
  chosen: AgentId,
  reason: stringUnion(['PINNED', 'SESSION_AGENT', 'LEAST_LOADED', 'CAPABILITY_NOT_DECLARED']),
  candidates: Type.Array(ReceiptCandidate, { description: 'Those passed over, at most 20' }),
  considered: Type.Integer({ description: 'How many were looked at' }),
})
export type RoutingReceipt = Static<typeof RoutingReceipt>

export const TaskFailure = Type.Object({
  code: Type.String(),
  message: Type.String(),
  details: Type.Optional(Json),
})
export type TaskFailure = Static<typeof TaskFailure>
