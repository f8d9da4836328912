import Type, { type Static } from 'typebox'
import { HttpUrl } from '../text/http-url.ts'
import { type Json, JsonObject } from '../text/json.ts'
import { nullable, stringUnion } from '../text/string-union.ts'
import { Instant } from '../time/instant.ts'
import { AgentId, Capability } from './agent.ts'

/** What every AgentKit answer looks like; HTTP errors carry `detail` as well. */
export const Envelope = <T extends Type.TSchema>(data: T) =>
  Type.Object({
    status: stringUnion(['success', 'error']),
    message: Type.String(),
    data: nullable(data),
    error_code: nullable(Type.String()),
  })
export interface Envelope<T> {
  status: 'success' | 'error'
  message: string
  data: T | null
  error_code: string | null
  detail?: Json
}

export const RegisterAgentRequest = Type.Object(
  {
    agentName: Type.String({ maxLength: 256 }),
    capabilities: Type.Optional(Type.Array(Capability, { maxItems: 256, description: 'None where it is absent' })),
    version: Type.String({ maxLength: 128 }),
    contactEndpoint: HttpUrl,
    metadata: Type.Optional(nullable(JsonObject)),
  },
  { additionalProperties: true },
)
export type RegisterAgentRequest = Static<typeof RegisterAgentRequest>

/** An agent elsewhere that speaks A2A, by its card; the others stand in for what the card says. */
export const RegisterRemoteAgentRequest = Type.Object(
  {
    cardUrl: HttpUrl,
    agentName: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    capabilities: Type.Optional(Type.Array(Capability, { maxItems: 256 })),
  },
  { additionalProperties: false },
)
export type RegisterRemoteAgentRequest = Static<typeof RegisterRemoteAgentRequest>

export const RegisterAgentData = Type.Object({ agentId: AgentId })
export type RegisterAgentData = Static<typeof RegisterAgentData>

/** That Ops-Core has not taken an agent's registration. */
export const Announcement = Type.Object({
  state: stringUnion(['waiting', 'refused']),
  reason: Type.String({ description: 'What the last try came to, or what Ops-Core says against it' }),
  since: Instant,
  failures: Type.Optional(Type.Integer({ description: 'Where it waits: how often it was tried' })),
  status: Type.Optional(Type.Integer({ description: 'Where it was refused: the status' })),
  code: Type.Optional(Type.String({ description: "Where it was refused: Ops-Core's error code" })),
})
export type Announcement = Static<typeof Announcement>

export const GatewayAgent = Type.Object({
  agentId: AgentId,
  agentName: Type.String(),
  version: Type.String(),
  capabilities: Type.Array(Type.String()),
  contactEndpoint: Type.String(),
  registrationTime: Instant,
  metadata: nullable(JsonObject),
  /** Absent where Ops-Core has taken the agent, and where AgentKit tells nobody. */
  announcement: Type.Optional(Announcement),
})
export type GatewayAgent = Static<typeof GatewayAgent>

/** A message to an agent. Unknown fields travel along untouched. */
export const AgentMessage = Type.Object(
  {
    senderId: Type.String({ maxLength: 256 }),
    messageType: Type.String({ minLength: 1, maxLength: 128 }),
    payload: JsonObject,
    timestamp: Type.Optional(nullable(Type.String())),
    sessionContext: Type.Optional(nullable(JsonObject)),
    task_name: Type.Optional(nullable(Type.String())),
    opscore_session_id: Type.Optional(nullable(Type.String())),
    opscore_task_id: Type.Optional(nullable(Type.String())),
  },
  { additionalProperties: true },
)
export type AgentMessage = Static<typeof AgentMessage>

/** The payload of a `workflow_task` message from Ops-Core. */
export const WorkflowTaskPayload = Type.Object({
  task_name: Type.String(),
  task_parameters: JsonObject,
  attempt: Type.Integer(),
  deadline: Instant,
})
export type WorkflowTaskPayload = Static<typeof WorkflowTaskPayload>

export const DispatchData = Type.Object({ agentId: AgentId, dispatch_status: Type.String() })
export type DispatchData = Static<typeof DispatchData>

/** A tool: either one that AgentKit runs itself (`local`) or one behind an HTTP endpoint (`external`). */
export const ToolView = Type.Object({
  name: Type.String(),
  description: Type.String(),
  kind: stringUnion(['local', 'external']),
  endpoint: nullable(Type.String()),
  parameters: JsonObject,
})
export type ToolView = Static<typeof ToolView>

export const RegisterToolRequest = Type.Object({
  name: Type.String({ pattern: '^[A-Za-z0-9._-]{1,128}$' }),
  description: Type.Optional(Type.String({ maxLength: 4096 })),
  endpoint: Type.String({ minLength: 1, maxLength: 2048, description: 'POSTed {"arguments": {…}}' }),
  parameters: Type.Optional(JsonObject),
})
export type RegisterToolRequest = Static<typeof RegisterToolRequest>
