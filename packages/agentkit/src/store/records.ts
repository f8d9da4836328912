import type { GatewayAgent, RegisterAgentRequest, RegisterToolRequest } from '@opscore/contract'

export type NoticeType = 'REGISTER' | 'DEREGISTER' | 'DISPATCH_FAILED' | 'RESULT'

/** Something Ops-Core is still to be told. Notices about one agent go out in the order of their ids, results apart. */
export interface Notice {
  id: number
  agentId: string
  eventType: NoticeType
  /** The webhook's body, as it is signed and sent. */
  body: string
}

/** Ops-Core's own word that it does not take a notice. */
export interface Refusal {
  status: number
  /** Of the error catalogue. */
  code: string
  reason: string
  /** When it was said, ISO 8601. */
  since: string
}

/** A message an agent is still to be sent, its body byte for byte as it came. */
export interface Message {
  id: number
  agentId: string
  taskId: string | null
  /** The same on every try, also after a restart. */
  idempotencyKey: string
  /** What the message says itself of its end, in milliseconds since the epoch. */
  deadline: number | null
  body: Uint8Array
}

export type RegisterOutcome =
  | { kind: 'registered'; agent: GatewayAgent; notice: Notice | null }
  | { kind: 'name-taken' }

/** Where the updates of a session are pushed to; what A2A says of it is JSON. */
export interface PushConfigRow {
  sessionId: string
  configId: string
  config: string
}

export type PutToolOutcome = 'created' | 'unchanged' | 'name-taken'

/** How a message was given up, as the webhook tells it (wire contract, `DISPATCH_FAILED`). */
export interface Abandonment {
  reason: string
  /** Another attempt may fare better. */
  retryable: boolean
  /** The agent's endpoint answered. */
  reached: boolean
  /** It had no room for the task. */
  refused?: true
  /** The pause that it named then, in seconds. */
  retryAfter?: number | null
}

/** Names the delivery that tells Ops-Core, the same on every try; `null` where nobody is told. */
export type DeliveryId = string | null

/** What one commit may hold: each write's argument and its outcome. All of it is plain data, it crosses a thread. */
export interface Writes {
  registerAgent: {
    argument: { newId: string; now: string; request: RegisterAgentRequest; deliveryId: DeliveryId }
    outcome: RegisterOutcome
  }
  /** Takes the agent's waiting messages along; `null` where there is no such agent. */
  removeAgent: {
    argument: { agentId: string; deliveryId: DeliveryId }
    outcome: { notice: Notice | null } | null
  }
  /** The message's id, or `null` where the agent was removed in the meantime. */
  acceptMessage: { argument: Omit<Message, 'id'>; outcome: number | null }
  /** Takes the message out and, where it belongs to a task, puts in what tells Ops-Core so. */
  abandonMessage: {
    argument: { message: Omit<Message, 'body'>; outcome: Abandonment; deliveryId: DeliveryId }
    outcome: Notice | null
  }
  /** Takes the message out and puts in the answer that Ops-Core is to be told of; `null` where the agent was removed meanwhile. */
  answerMessage: { argument: { id: number; agentId: string; notice: string }; outcome: Notice | null }
  /** Keeps a notice that was refused, until another one about its agent takes its place. */
  refuseNotice: { argument: { id: number; refusal: Refusal }; outcome: null }
  putTool: { argument: RegisterToolRequest; outcome: PutToolOutcome }
  removeTool: { argument: { name: string }; outcome: boolean }
  /** One of the same session and id takes its place. */
  putPushConfig: { argument: PushConfigRow; outcome: null }
  /** Without an id all of the session's. */
  removePushConfigs: { argument: { sessionId: string; configId?: string }; outcome: null }
}

export type WriteName = keyof Writes
export type Write<K extends WriteName = WriteName> = { [N in K]: { name: N; argument: Writes[N]['argument'] } }[K]

/** Rows of the outbox that are done with. */
export interface Settled {
  notices: number[]
  messages: number[]
}

/** What lay in the database when it was opened. */
export interface Contents {
  agents: GatewayAgent[]
  tools: RegisterToolRequest[]
  notices: Notice[]
  messages: Message[]
  pushConfigs: PushConfigRow[]
}
