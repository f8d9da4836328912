/**
 * Messages to agents over HTTP: by way of AgentKit where there is one, and straight to the agent's endpoint where there
 * is none, where AgentKit does not know the agent (wire-contract.md, AgentKit), or where no connection to it comes about:
 * an AgentKit that is restarted costs no task an attempt.
 *
 * 1. `deliver` never rejects: whatever an agent, an address or an answer is like, it comes out as a `Delivery`.
 * 2. AgentKit's key goes to AgentKit alone.
 * 3. Every request of one delivery bears the same `Idempotency-Key`.
 * 4. An agent that may answer with its result is waited for apart from all others, so that it holds up none of them.
 */

import type { AgentLink, Delivery, Log } from '@opscore/engine'
import { type Outbound, type OutboundAnswer, OutboundError, readTaskAnswer } from '@opscore/host'
import { agentKitAddress } from './agentkit-address.ts'
import { watchAgentKit } from './agentkit-watch.ts'
import { type Failure, isSuccess, refusal, silence } from './delivery-outcome.ts'

export interface AgentLinkOptions {
  outbound: Outbound
  /** For agents that may answer with their result: its limits allow for larger answers and long waits. */
  patient: Outbound
  /** With or without a trailing `/v1`; absent: every message goes straight to its agent. */
  agentKitUrl?: string
  /** Sent to AgentKit as a bearer token. */
  agentKitKey?: string
  log: Log
}

type Message = Parameters<AgentLink['deliver']>[0]

/** No connection to AgentKit: it has nothing of the message. */
interface Away {
  away: Failure
}

const NOT_FOUND = 404

/** `close` calls off what is under way: those messages stay in the outbox and are sent again with the same key. */
export function createAgentLink({ outbound, patient, agentKitUrl, agentKitKey, log }: AgentLinkOptions): AgentLink {
  const addressOf = agentKitUrl ? agentKitAddress(agentKitUrl) : () => null
  const keyHeader: Record<string, string> = agentKitKey ? { authorization: `Bearer ${agentKitKey}` } : {}
  const watch = watchAgentKit(log)
  const closing = new AbortController()
  const underWay = new Set<Promise<unknown>>()

  async function post(
    url: string,
    message: Message,
    { by, headers: extraHeaders, timeout }: { by: Outbound; headers: Record<string, string>; timeout?: number },
  ): Promise<OutboundAnswer> {
    return by.request({
      ...(timeout === undefined ? {} : { timeout }),
      url,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'idempotency-key': message.idempotencyKey,
        ...extraHeaders,
      },
      body: JSON.stringify(message.message),
      signal: message.signal ? AbortSignal.any([message.signal, closing.signal]) : closing.signal,
    })
  }

  async function throughAgentKit(url: string, message: Message): Promise<Delivery | 'unknown agent' | Away> {
    try {
      const answer = await post(url, message, { by: outbound, headers: keyHeader })
      watch.answered(answer.status)
      if (answer.status === NOT_FOUND) return 'unknown agent'
      if (!isSuccess(answer.status)) return refusal('agentkit', answer)
      return saysError(answer) ? NOT_TAKEN : { outcome: 'accepted', via: 'agentkit' }
    } catch (error) {
      watch.silent(error)
      const failure = silence('agentkit', error)
      return error instanceof OutboundError && error.kind === 'unreachable' ? { away: failure } : failure
    }
  }

  async function straight(message: Message): Promise<Delivery> {
    const { answerWithin, contactEndpoint } = message
    if (answerWithin !== undefined) return straightForResult(message, answerWithin)
    try {
      const answer = await post(contactEndpoint, message, { by: outbound, headers: {} })
      return isSuccess(answer.status) ? { outcome: 'accepted', via: 'direct' } : refusal('direct', answer)
    } catch (error) {
      return silence('direct', error)
    }
  }

  async function straightForResult(message: Message, timeout: number): Promise<Delivery> {
    try {
      const answer = await post(message.contactEndpoint, message, { by: patient, headers: {}, timeout })
      if (!isSuccess(answer.status)) return refusal('direct', answer)
      const said = readTaskAnswer(answer, message.message.opscore_task_id ?? '')
      if (!said) return { outcome: 'accepted', via: 'direct' }
      return { outcome: 'answered', answer: said, bytes: answer.body.length }
    } catch (error) {
      return silence('direct', error)
    }
  }

  async function deliver(message: Message): Promise<Delivery> {
    const url = addressOf(message.agentId)
    if (url === null) return straight(message)
    const delivery = await throughAgentKit(url, message)
    if (delivery === 'unknown agent') return straight(message)
    return 'away' in delivery ? around(message, delivery) : delivery
  }

  /** Agents that can be reached through AgentKit alone are not to be taken for gone while it is. */
  async function around(message: Message, { away }: Away): Promise<Delivery> {
    const delivery = await straight(message)
    return delivery.outcome === 'failed' && !delivery.reached ? away : delivery
  }

  async function probe(contactEndpoint: string): Promise<boolean> {
    return outbound.connect(contactEndpoint, { signal: closing.signal }).then(
      () => true,
      () => false,
    )
  }

  function track<T>(work: Promise<T>): Promise<T> {
    underWay.add(work)
    return work.finally(() => underWay.delete(work))
  }

  return {
    deliver: (message) => track(deliver(message)),
    probe: (contactEndpoint) => track(probe(contactEndpoint)),
    async close() {
      closing.abort()
      await Promise.all(underWay)
    },
  }
}

/** A 2xx whose envelope says `error`. Why is not known, so it is tried again, within the task's attempts. */
const NOT_TAKEN: Failure = {
  outcome: 'failed',
  retryable: true,
  reached: true,
  reason: 'AgentKit answered with the status "error"',
}

function saysError({ body, truncated }: OutboundAnswer): boolean {
  if (truncated) return false
  try {
    const envelope: unknown = JSON.parse(body.toString('utf8'))
    return typeof envelope === 'object' && envelope !== null && 'status' in envelope && envelope.status === 'error'
  } catch {
    return false
  }
}
