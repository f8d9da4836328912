import type { GatewayAgent, RegisterAgentRequest } from '@opscore/contract'
import { ApiError, type NetworkPolicy } from '@opscore/host'
import { v7 as uuid } from 'uuid'
import { readEndpoint } from './read-endpoint.ts'
import type { Notice } from './store/records.ts'
import type { Store } from './store/store.ts'

export interface AgentRegistry {
  find(agentId: string): GatewayAgent | undefined
  /** Throws `AGENT_NOT_FOUND`. */
  get(agentId: string): GatewayAgent
  list(): GatewayAgent[]
  /**
   * Resolves once the agent and what Ops-Core is to be told of it are on disk. The same name with the same endpoint is
   * the same agent come back. Throws `AGENT_NAME_TAKEN`, `ENDPOINT_REFUSED`.
   */
  register(request: RegisterAgentRequest): Promise<GatewayAgent>
  /** The same, the other way round. Throws `AGENT_NOT_FOUND`. */
  remove(agentId: string): Promise<void>
}

export interface AgentRegistryOptions {
  store: Store
  /** Those that an earlier process registered. */
  known: readonly GatewayAgent[]
  policy: NetworkPolicy
  /** Takes what Ops-Core is to be told; absent where nobody is. */
  notify: ((notice: Notice) => void) | undefined
}

/** The agents as they were last committed, in memory: looking one up is on the way of every message. */
export function createAgentRegistry({ store, known, policy, notify }: AgentRegistryOptions): AgentRegistry {
  const agents = new Map(known.map((agent) => [agent.agentId, agent]))
  const nextDelivery = () => (notify === undefined ? null : uuid())

  return {
    find: (agentId) => agents.get(agentId),
    get(agentId) {
      const agent = agents.get(agentId)
      if (agent === undefined) throw agentNotFound(agentId)
      return agent
    },
    list: () => [...agents.values()],
    async register(asked) {
      const contactEndpoint = readEndpoint(policy, 'contactEndpoint', asked.contactEndpoint)
      const request = { ...asked, contactEndpoint }
      const now = new Date().toISOString()
      const outcome = await store.write('registerAgent', { newId: uuid(), now, request, deliveryId: nextDelivery() })
      if (outcome.kind === 'name-taken') {
        const detail = `Agent '${request.agentName}' is registered with another contactEndpoint`
        throw new ApiError('AGENT_NAME_TAKEN', detail)
      }
      agents.set(outcome.agent.agentId, outcome.agent)
      if (outcome.notice !== null) notify?.(outcome.notice)
      return outcome.agent
    },
    async remove(agentId) {
      const outcome = await store.write('removeAgent', { agentId, deliveryId: nextDelivery() })
      if (outcome === null) throw agentNotFound(agentId)
      agents.delete(agentId)
      if (outcome.notice !== null) notify?.(outcome.notice)
    },
  }
}

export function agentNotFound(agentId: string): ApiError {
  return new ApiError('AGENT_NOT_FOUND', `Agent with ID '${agentId}' not found.`)
}
