import type { GatewayAgent, RegisterAgentRequest } from '@opscore/contract'
import type { Outbound } from '@opscore/host'
import type { RemoteKeys } from './remote-keys.ts'

/** Agents elsewhere that speak A2A, each known by the URL of its card, which is its contact endpoint. */
export interface RemoteAgents {
  /** What its card says of an agent, as it is registered. Throws `OutboundError`, or an `Error` where there is no card. */
  describe(cardUrl: string): Promise<RegisterAgentRequest>
  /** Takes a task's message to the agent of a card, and answers with what came of it. */
  outbound: Pick<Outbound, 'request'>
}

/** Whether an agent is one of them. */
export function isRemote({ metadata, contactEndpoint }: GatewayAgent): boolean {
  const a2a = metadata?.a2a
  return typeof a2a === 'object' && a2a !== null && !Array.isArray(a2a) && a2a.cardUrl === contactEndpoint
}

/** The protocol is loaded with the first of them. */
export function createRemoteAgents(options: { outbound: Outbound; keys: RemoteKeys }): RemoteAgents {
  let loading: Promise<RemoteAgents> | undefined
  const load = () => {
    loading ??= import('./remote-agents.ts').then(({ openRemoteAgents }) => openRemoteAgents(options))
    return loading
  }
  return {
    describe: async (cardUrl) => (await load()).describe(cardUrl),
    outbound: { request: async (request) => (await load()).outbound.request(request) },
  }
}
