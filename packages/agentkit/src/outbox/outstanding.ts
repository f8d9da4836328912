import { ApiError } from '@opscore/host'

export interface Outstanding {
  /** Throws `429` where the agent has too much waiting already, `503` where everything together is too much. */
  assertRoom(agentId: string, bytes: number): void
  add(agentId: string, bytes: number): void
  remove(agentId: string, bytes: number): void
}

/**
 * What waits in the outbox lies on disk and in memory. Without these an agent that is dead, or an Ops-Core that is away,
 * would fill both: 1,000 is far above the room of any agent, and 128 MiB holds 400 of the largest messages.
 */
const MESSAGES_PER_AGENT = 1_000
const BYTES_IN_ALL = 128 * 1024 * 1024

/** Seconds after which some of it has surely gone: forwarding gives up after 30. */
const RETRY_AFTER = 5

/** Counts what is in the outbox: messages, and the notices that they turn into. */
export function createOutstanding({
  messagesPerAgent = MESSAGES_PER_AGENT,
  bytesInAll = BYTES_IN_ALL,
} = {}): Outstanding {
  const perAgent = new Map<string, number>()
  let total = 0
  return {
    assertRoom(agentId, bytes) {
      if ((perAgent.get(agentId) ?? 0) >= messagesPerAgent) {
        const detail = `${messagesPerAgent} messages to this agent are waiting already`
        throw new ApiError('RATE_LIMITED', detail, { retryAfter: RETRY_AFTER })
      }
      if (total + bytes > bytesInAll) {
        throw new ApiError('OVERLOADED', 'Too many messages are waiting to be forwarded', { retryAfter: RETRY_AFTER })
      }
    },
    add(agentId, bytes) {
      perAgent.set(agentId, (perAgent.get(agentId) ?? 0) + 1)
      total += bytes
    },
    remove(agentId, bytes) {
      const left = (perAgent.get(agentId) ?? 0) - 1
      if (left > 0) perAgent.set(agentId, left)
      else perAgent.delete(agentId)
      total -= bytes
    },
  }
}
