import { AgentId, type Announcement, type GatewayAgent, RegisterAgentRequest } from '@opscore/contract'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { AgentRegistry } from '../agent-registry.ts'
import type { Access } from './access.ts'
import { success } from './envelope.ts'

export const AgentParams = Type.Object({ agentId: AgentId })

export interface AgentRoutes {
  agents: AgentRegistry
  announcementOf(agentId: string): Announcement | undefined
  access: Access
}

export function addAgentRoutes(app: FastifyInstance, { agents, announcementOf, access }: AgentRoutes): void {
  const open = async (request: Parameters<Access['assertOpen']>[0]) => access.assertOpen(request)
  const keyed = async (request: Parameters<Access['assertKeyed']>[0]) => access.assertKeyed(request)

  const view = (agent: GatewayAgent): GatewayAgent => {
    const announcement = announcementOf(agent.agentId)
    return announcement === undefined ? agent : { ...agent, announcement }
  }

  app.post<{ Body: RegisterAgentRequest }>(
    '/v1/agents/register',
    { onRequest: open, schema: { body: RegisterAgentRequest } },
    async (request, reply) => {
      const { agentId, agentName } = await agents.register(request.body)
      reply.code(201)
      return success(`Agent '${agentName}' registered successfully.`, { agentId })
    },
  )

  app.get('/v1/agents', { onRequest: open }, async () =>
    success('Agents retrieved successfully.', agents.list().map(view)),
  )

  app.get<{ Params: { agentId: string } }>(
    '/v1/agents/:agentId',
    { onRequest: open, schema: { params: AgentParams } },
    async ({ params }) => success('Agent retrieved successfully.', view(agents.get(params.agentId))),
  )

  app.delete<{ Params: { agentId: string } }>(
    '/v1/agents/:agentId',
    { onRequest: keyed, config: { emptyBody: true }, schema: { params: AgentParams } },
    async ({ params }) => {
      await agents.remove(params.agentId)
      return success('Agent deregistered successfully.', { agentId: params.agentId })
    },
  )
}
