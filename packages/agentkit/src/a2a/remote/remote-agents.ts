import { AgentCard, type Task } from '@a2a-js/sdk'
import {
  type Client,
  ClientFactory,
  ClientFactoryOptions,
  JsonRpcTransportFactory,
  RestTransportFactory,
} from '@a2a-js/sdk/client'
import type { JsonObject, RegisterAgentRequest } from '@opscore/contract'
import { startTimer, wait } from '@opscore/contract/time'
import { type Outbound, OutboundError, TASK_ANSWER_LIMIT } from '@opscore/host'
import { guardedFetch } from '../../guarded-fetch.ts'
import { createBackOff } from '../../outbox/back-off.ts'

import { type RemoteKeys, withKeys } from './remote-keys.ts'
import { requestOf } from './remote-message.ts'
import { type Outcome, outcomeOf } from './remote-outcome.ts'

/** Agents elsewhere that speak A2A, each known by the URL of its card, which is its contact endpoint. */
export interface RemoteAgents {
  /** What its card says of an agent, as it is registered. Throws `OutboundError`, or an `Error` where there is no card. */
  describe(cardUrl: string): Promise<RegisterAgentRequest>
  /** Takes a task's message to the agent of a card, and answers with what came of it. */
  outbound: Pick<Outbound, 'request'>
}

/** How often a remote task is looked at: soon at first, seldom where it takes long. */
const nextLook = createBackOff({ initial: 250, maximum: 5_000 })

/** Agents that speak A2A, each known by the URL of its card, which is its contact endpoint. */
export function openRemoteAgents({ outbound, keys }: { outbound: Outbound; keys: RemoteKeys }): RemoteAgents {
  const send = withKeys(guardedFetch(outbound), keys)
  const transports = [JsonRpcTransportFactory, RestTransportFactory].map((Factory) => new Factory({ fetchImpl: send }))
  const factory = new ClientFactory({ ...ClientFactoryOptions.default, transports })

  async function cardAt(cardUrl: string): Promise<AgentCard> {
    const response = await send(cardUrl, { headers: { accept: 'application/json' } })
    if (!response.ok) throw new Error(`${cardUrl} answered ${response.status}`)
    return AgentCard.fromJSON(await response.json())
  }

  return {
    async describe(cardUrl) {
      const { name, version, skills } = await cardAt(cardUrl)
      const capabilities = [...new Set(skills.map(({ id }) => id.slice(0, 256)))]
        .filter((id) => id !== '')
        .slice(0, 256)
      if (name === '') throw new Error(`${cardUrl} has no card of A2A`)
      const metadata = { config: { answers: 'result' }, a2a: { cardUrl } }
      return {
        agentName: name.slice(0, 256),
        version: version.slice(0, 128),
        capabilities,
        contactEndpoint: cardUrl,
        metadata,
      }
    },
    outbound: {
      async request({ url, body, headers = {}, signal, timeout = 30_000 }) {
        const message: JsonObject = JSON.parse(String(body))
        const late = new AbortController()
        const lift = startTimer(timeout, () =>
          late.abort(new OutboundError('timeout', `No outcome within ${timeout} ms`)),
        )
        const over = signal ? AbortSignal.any([signal, late.signal]) : late.signal
        try {
          const client = await factory.createFromAgentCard(await cardAt(url))
          const request = requestOf(message.payload as JsonObject, headers['idempotency-key'] ?? crypto.randomUUID())
          const outcome = await outcomeAt(client, request, over)
          const text = Buffer.from(JSON.stringify({ opscore_task_id: message.opscore_task_id, ...outcome }))
          const isTooLong = text.byteLength > TASK_ANSWER_LIMIT
          return { status: 200, headers: {}, body: isTooLong ? Buffer.alloc(0) : text, truncated: isTooLong }
        } catch (error) {
          if (error instanceof OutboundError) throw error
          if (late.signal.aborted) throw late.signal.reason
          if (signal?.aborted) throw new OutboundError('aborted', 'The request was given up', { cause: error })
          throw new OutboundError('broken', error instanceof Error ? error.message : String(error), { cause: error })
        } finally {
          lift()
        }
      },
    },
  }
}

/** Sends, and looks at the task until it has an outcome. A look that fails is one that says nothing. */
async function outcomeAt(client: Client, request: ReturnType<typeof requestOf>, signal: AbortSignal): Promise<Outcome> {
  const answer = await client.sendMessage(request, { signal })
  let outcome = outcomeOf(answer)
  const { id } = answer as Task
  for (let looks = 1; outcome === undefined; looks += 1) {
    await wait(nextLook(looks), { signal })
    const task = await client.getTask({ tenant: '', id }, { signal }).catch((error: unknown) => {
      signal.throwIfAborted()
      if (error instanceof Error && error.name === 'TaskNotFoundError') throw error
      return undefined
    })
    outcome = task && outcomeOf(task)
  }
  return outcome
}
