/**
 * What an answer, or its absence, means for a message to an agent (engine.md, "Life"): 2xx is taken; 429 and 503 are a refusal
 * for want of room, which costs no attempt; no connection, any other 5xx, 408 and 425 are worth another attempt; everything
 * else will not get better by itself.
 *
 * A reason never quotes an answer's body: whoever registers an endpoint could otherwise read through us what lies behind it.
 */

import type { Delivery } from '@opscore/engine'
import { isWantOfRoom, type OutboundAnswer, OutboundError, retryAfterOf } from '@opscore/host'

export type Failure = Extract<Delivery, { outcome: 'failed' }>
export type Refusal = Extract<Delivery, { outcome: 'refused' }>

/** Who was asked. An AgentKit that fails says nothing about the agent behind it. */
export type Recipient = 'agentkit' | 'direct'

const NAMES = { agentkit: 'AgentKit', direct: 'The agent' } as const satisfies Record<Recipient, string>

/** Request Timeout, Too Early. */
const PASSING_STATUS = new Set([408, 425])

export const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** The outcome of an answer outside 2xx. */
export function refusal(recipient: Recipient, { status, headers }: OutboundAnswer): Failure | Refusal {
  const reason = `${NAMES[recipient]} answered ${status}`
  if (isWantOfRoom(status)) return { outcome: 'refused', retryAfter: retryAfterOf(headers), reason }
  const retryable = status >= 500 || PASSING_STATUS.has(status)
  return { outcome: 'failed', retryable, reached: true, reason }
}

/** The outcome where no answer came. An unknown error counts as a broken connection: the attempts are bounded. */
export function silence(recipient: Recipient, error: unknown): Failure {
  const kind = error instanceof OutboundError ? error.kind : 'broken'
  // Neither our own shutdown nor our own queue says anything about the agent.
  const ours = kind === 'aborted' || kind === 'crowded'
  return {
    outcome: 'failed',
    retryable: kind !== 'refused',
    reached: recipient === 'agentkit' || ours,
    ...(kind === 'broken' || kind === 'timeout' ? { lost: true } : {}),
    reason: `${NAMES[recipient]} gave no answer: ${error instanceof Error ? error.message : String(error)}`,
  }
}
