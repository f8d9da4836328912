/**
 * Messages to agents over HTTP: by way of AgentKit where there is one, and straight to the agent's endpoint where there
 * is none or AgentKit does not know the agent (wire-contract.md, AgentKit).
 *
 * 1. `deliver` never rejects: whatever an agent, an address or an answer is like, it comes out as a `Delivery`.
 * 2. AgentKit's key goes to AgentKit alone.
 * 3. Every request of one delivery bears the same `Idempotency-Key`.
 */
import type { Outbound, OutboundAnswer } from '@opscore/host'
import type { AgentLink, Delivery } from '../../ports/agent-link.ts'
import type { Log } from '../../ports/log.ts'
import { agentKitAddress } from './agentkit-address.ts'
import { watchAgentKit } from './agentkit-watch.ts'
import { type Failure, isSuccess, refusal, silence } from './delivery-outcome.ts'

export interface AgentLinkOptions {
  outbound: Outbound
  /** With or without a trailing `/v1`; absent: every message goes straight to its agent. */
  agentKitUrl?: string
  /** Sent to AgentKit as a bearer token. */
  agentKitKey?: string
  log: Log
}

type Message = Parameters<AgentLink['deliver']>[0]

const NOT_FOUND = 404

/** `close` calls off what is under way: those messages stay in the outbox and are sent again with the same key. */
export function createAgentLink({ outbound, agentKitUrl, agentKitKey, log }: AgentLinkOptions): AgentLink {
  const addressOf = agentKitUrl ? agentKitAddress(agentKitUrl) : () => null
  const keyHeader: Record<string, string> = agentKitKey ? { authorization: `Bearer ${agentKitKey}` } : {}
  const watch = watchAgentKit(log)
  const closing = new AbortController()
  const underWay = new Set<Promise<unknown>>()

  async function post(url: string, message: Message, extraHeaders: Record<string, string>): Promise<OutboundAnswer> {
    return outbound.request({
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

  async function throughAgentKit(url: string, message: Message): Promise<Delivery | 'unknown agent'> {
    try {
      const answer = await post(url, message, keyHeader)
      watch.answered(answer.status)
      if (answer.status === NOT_FOUND) return 'unknown agent'
      if (!isSuccess(answer.status)) return refusal('agentkit', answer.status)
      return saysError(answer) ? NOT_TAKEN : { outcome: 'accepted', via: 'agentkit' }
    } catch (error) {
      watch.silent(error)
      return silence('agentkit', error)
    }
  }

  async function straight(message: Message): Promise<Delivery> {
    try {
      const { status } = await post(message.contactEndpoint, message, {})
      return isSuccess(status) ? { outcome: 'accepted', via: 'direct' } : refusal('direct', status)
    } catch (error) {
      return silence('direct', error)
    }
  }

  async function deliver(message: Message): Promise<Delivery> {
    const url = addressOf(message.agentId)
    if (url === null) return straight(message)
    const delivery = await throughAgentKit(url, message)
    return delivery === 'unknown agent' ? straight(message) : delivery
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
