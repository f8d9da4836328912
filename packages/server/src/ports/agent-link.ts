import type { AgentMessage } from '@opscore/contract'

/** What became of a message to an agent. */
export type Delivery =
  | { outcome: 'accepted'; via: 'agentkit' | 'direct' }
  /** For want of room, of the agent or of AgentKit: nobody has the message. `retryAfter`: the pause that was named, in milliseconds. */
  | { outcome: 'refused'; retryAfter: number | null; reason: string }
  /**
   * `retryable` by the contract: no connection, 5xx but 503, 408, 425. `reached` is false only where the agent's own endpoint
   * gave no answer: an AgentKit that fails is not held against the agent.
   */
  | { outcome: 'failed'; retryable: boolean; reached: boolean; reason: string }

/** The way to an agent: through AgentKit where there is one, else straight to its endpoint. Never throws for a bad agent. */
export interface AgentLink {
  deliver(input: {
    agentId: string
    contactEndpoint: string
    message: AgentMessage
    /** Sent along so that the other side can tell a repeat: the attempt's id. */
    idempotencyKey: string
    signal?: AbortSignal
  }): Promise<Delivery>
  /** Whether its endpoint takes a TCP connection. */
  probe(contactEndpoint: string): Promise<boolean>
  close(): Promise<void>
}
