import type { AgentMessage, TaskAnswer } from '@opscore/contract'

/** What became of a message to an agent. */
export type Delivery =
  | { outcome: 'accepted'; via: 'agentkit' | 'direct' }
  /** The agent has done the task and says what came of it; `bytes` is what its answer takes in memory. */
  | { outcome: 'answered'; answer: TaskAnswer; bytes: number }
  /** For want of room, of the agent or of AgentKit: nobody has the message. `retryAfter`: the pause that was named, in milliseconds. */
  | { outcome: 'refused'; retryAfter: number | null; reason: string }
  /**
   * `retryable` by the contract: no connection, 5xx but 503, 408, 425. `reached` is false only where the agent's own endpoint
   * gave no answer: an AgentKit that fails is not held against the agent. `lost`: the message had gone out when the connection
   * failed, so the other side may have it.
   */
  | { outcome: 'failed'; retryable: boolean; reached: boolean; lost?: true; reason: string }

/** The way to an agent: through AgentKit where there is one, else straight to its endpoint. Never throws for a bad agent. */
export interface AgentLink {
  deliver(input: {
    agentId: string
    contactEndpoint: string
    message: AgentMessage
    /** Sent along so that the other side can tell a repeat: the attempt's id. */
    idempotencyKey: string
    /** Set where the agent may answer with its result: how long it has for that, in milliseconds. */
    answerWithin?: number
    signal?: AbortSignal
  }): Promise<Delivery>
  /** Whether its endpoint takes a TCP connection. */
  probe(contactEndpoint: string): Promise<boolean>
  close(): Promise<void>
}
