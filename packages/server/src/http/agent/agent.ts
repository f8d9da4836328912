import {
  AGENT_WAITING_LIMIT_DEFAULT,
  AGENT_WAITING_LIMIT_MAXIMUM,
  AgentId,
  AgentView,
  AgentWaiting,
  Page,
} from '@opscore/contract'
import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import { pageQuery, readPage } from '../list-cursor.ts'
import { noContent } from '../openapi/operation.ts'

export const AgentParams = Type.Object({ agentId: AgentId })
export type AgentParams = Static<typeof AgentParams>

const AgentQuery = pageQuery({
  state: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 50 })),
  capability: Type.Optional(Type.Array(Type.String({ maxLength: 256 }), { maxItems: 50 })),
})

const WaitingQuery = Type.Object({
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: AGENT_WAITING_LIMIT_MAXIMUM, default: AGENT_WAITING_LIMIT_DEFAULT }),
  ),
})

/** The registry: which agents there are. */
export function addAgentRoutes(app: FastifyInstance, { engine, guard }: ApiContext): void {
  app.get<{ Querystring: Static<typeof AgentQuery> }>(
    '/v1/opscore/agent',
    guarded(guard, {
      id: 'listAgents',
      tag: 'agent',
      summary: 'List agents, in order of their ids',
      rule: { scope: 'read', demand: 'management' },
      query: AgentQuery,
      answers: { 200: Page(AgentView) },
      errors: ['INVALID_CURSOR'],
    }),
    ({ query }) => {
      const filter = { state: query.state, capability: query.capability }
      return readPage({ list: 'agent', filter, query }, (list) => engine.agents(filter, list))
    },
  )

  app.get<{ Params: AgentParams }>(
    '/v1/opscore/agent/:agentId',
    guarded(guard, {
      id: 'getAgent',
      tag: 'agent',
      summary: 'Read an agent',
      rule: { scope: 'read', demand: 'lookup' },
      params: AgentParams,
      answers: { 200: AgentView },
      errors: ['AGENT_NOT_FOUND'],
    }),
    ({ params }) => engine.agent(params.agentId),
  )

  addWaitingRoute(app, { engine, guard })

  app.delete<{ Params: AgentParams }>(
    '/v1/opscore/agent/:agentId',
    guarded(guard, {
      id: 'deleteAgent',
      tag: 'agent',
      summary: 'Deregister an agent',
      description: 'What it was working on is tried elsewhere.',
      rule: { scope: 'operate', demand: 'management' },
      params: AgentParams,
      answers: { 204: noContent('It is deregistered') },
      errors: ['AGENT_NOT_FOUND', 'STORE_UNAVAILABLE', 'STORE_FULL'],
    }),
    async ({ params }, reply) => {
      await engine.deregisterAgent(params.agentId)
      return reply.code(204).send()
    },
  )
}

/** What the agent would take next. */
function addWaitingRoute(app: FastifyInstance, { engine, guard }: Pick<ApiContext, 'engine' | 'guard'>): void {
  app.get<{ Params: AgentParams; Querystring: Static<typeof WaitingQuery> }>(
    '/v1/opscore/agent/:agentId/waiting',
    guarded(guard, {
      id: 'listAgentWaiting',
      tag: 'agent',
      summary: 'See what waits for an agent, and why',
      description:
        'In the order in which it would take them. Those with a capability may go to another agent that has it.',
      rule: { scope: 'read', demand: 'management' },
      params: AgentParams,
      query: WaitingQuery,
      answers: { 200: AgentWaiting },
      errors: ['AGENT_NOT_FOUND', 'STORE_UNAVAILABLE'],
    }),
    ({ params, query: { limit = AGENT_WAITING_LIMIT_DEFAULT } }) => engine.agentWaiting(params.agentId, limit),
  )
}
