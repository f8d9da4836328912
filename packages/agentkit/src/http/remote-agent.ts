import { RegisterRemoteAgentRequest } from '@opscore/contract'
import { ApiError, type NetworkPolicy } from '@opscore/host'
import type { FastifyInstance } from 'fastify'
import type { RemoteAgents } from '../a2a/remote/remote-agents.ts'
import type { AgentRegistry } from '../agent-registry.ts'
import { readEndpoint } from '../read-endpoint.ts'
import type { Access } from './access.ts'
import { success } from './envelope.ts'

export interface RemoteAgentRoute {
  agents: AgentRegistry
  remote: RemoteAgents
  policy: NetworkPolicy
  access: Access
}

/** Registers an agent elsewhere by the card that it has by A2A. It needs the key: AgentKit asks an address for it. */
export function addRemoteAgentRoute(app: FastifyInstance, { agents, remote, policy, access }: RemoteAgentRoute): void {
  app.post<{ Body: RegisterRemoteAgentRequest }>(
    '/v1/agents/a2a',
    { onRequest: async (request) => access.assertKeyed(request), schema: { body: RegisterRemoteAgentRequest } },
    async ({ body: { cardUrl, ...own } }, reply) => {
      const url = readEndpoint(policy, 'cardUrl', cardUrl)
      const described = await remote.describe(url).catch((cause: unknown) => {
        const reason = cause instanceof Error ? cause.message : String(cause)
        throw new ApiError('AGENT_CARD_UNREADABLE', `The card cannot be read: ${reason}`, { cause })
      })
      const { agentId, agentName } = await agents.register({ ...described, ...own })
      reply.code(201)
      return success(`Agent '${agentName}' registered successfully.`, { agentId })
    },
  )
}
