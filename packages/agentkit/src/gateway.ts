import type { Announcement, GatewayAgent } from '@opscore/contract'
import type { Log, NetworkPolicy } from '@opscore/host'
import { isRemote } from './a2a/remote/remote-agent.ts'
import type { RemoteAgents } from './a2a/remote/remote-agents.ts'
import { type AgentRegistry, createAgentRegistry } from './agent-registry.ts'
import type { AgentKitSettings } from './config.ts'
import type { Outbounds } from './outbounds.ts'
import { createForwarder, type Forwarder } from './outbox/forwarder.ts'
import { createNotifier } from './outbox/notifier.ts'
import { createOutstanding } from './outbox/outstanding.ts'
import { createUndertakings } from './outbox/undertakings.ts'
import type { Contents } from './store/records.ts'
import type { Store } from './store/store.ts'

/** The agents, what is forwarded to them, and what Ops-Core is told of both. */
export interface Gateway {
  agents: AgentRegistry
  /** What stands between an agent and Ops-Core; `undefined` where nothing does. */
  announcementOf(agentId: string): Announcement | undefined
  forwarder: Forwarder
  /** Sends what an earlier process left in the outbox. */
  resume(left: Pick<Contents, 'notices' | 'messages'>): void
  /** Lets what is on its way end. */
  [Symbol.asyncDispose](): Promise<void>
}

export interface GatewayOptions {
  settings: AgentKitSettings
  policy: NetworkPolicy
  store: Store
  known: readonly GatewayAgent[]
  outbounds: Outbounds
  /** Those that are reached by A2A. */
  remote: RemoteAgents
  log: Log
}

export function createGateway({ settings, policy, store, known, outbounds, remote, log }: GatewayOptions): Gateway {
  const undertakings = createUndertakings()
  const outbox = { store, undertakings, outstanding: createOutstanding(), log }
  const { webhookUrl: url, webhookSecret: secret } = settings
  const notifier =
    url === undefined ? undefined : createNotifier({ ...outbox, url, secret, outbound: outbounds.opsCore })
  const notify = notifier?.send
  const agents = createAgentRegistry({ store, known, policy, notify })
  const endpointOf = (agentId: string) => agents.find(agentId)?.contactEndpoint
  const mayAnswer = (agentId: string) => answersWithResult(agents.find(agentId)?.metadata)
  const { agents: outbound, patient } = outbounds
  const patientFor = (agentId: string) => {
    const agent = agents.find(agentId)
    return agent && isRemote(agent) ? remote.outbound : patient
  }
  const forwarder = createForwarder({ ...outbox, endpointOf, mayAnswer, notify, outbound, patientFor })

  return {
    agents,
    announcementOf: (agentId) => notifier?.announcementOf(agentId),
    forwarder,
    resume({ notices, messages }) {
      if (notify === undefined) log.warn({}, 'OPSCORE_WEBHOOK_URL is not set: Ops-Core is told of no agent')
      else for (const notice of notices) notify(notice)
      for (const message of messages) forwarder.resume(message)
    },
    [Symbol.asyncDispose]: undertakings.close,
  }
}

/** What an agent declares by `metadata.config.answers`. */
function answersWithResult(metadata: GatewayAgent['metadata'] | undefined): boolean {
  const config = metadata?.config
  return typeof config === 'object' && config !== null && !Array.isArray(config) && config.answers === 'result'
}
