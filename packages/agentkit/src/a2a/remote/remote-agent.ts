import type { GatewayAgent } from '@opscore/contract'
import type { Outbound } from '@opscore/host'
import type { RemoteAgents } from './remote-agents.ts'
import type { RemoteKeys } from './remote-keys.ts'

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
