import { Accepted } from '@opscore/contract'
import type { FastifyInstance } from 'fastify'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import { AgentParams } from './agent.ts'

const ACCEPTED: Accepted = { status: 'success', message: 'Heartbeat accepted' }

/** A sign of life without a report. */
export function addAgentHeartbeatRoute(app: FastifyInstance, { engine, guard }: ApiContext): void {
  app.post<{ Params: AgentParams }>(
    '/v1/opscore/agent/:agentId/heartbeat',
    {
      config: { emptyBody: true },
      ...guarded(guard, {
        id: 'heartbeatAgent',
        tag: 'agent',
        summary: 'Say that an agent lives',
        description:
          'For agents that declare `metadata.config.heartbeatInterval`: after three that are missing an agent is offline, and its tasks are tried elsewhere. A report of its state counts as one.',
        rule: { scope: 'agents', demand: 'report' },
        params: AgentParams,
        answers: { 202: Accepted },
        errors: ['AGENT_NOT_FOUND', 'STORE_UNAVAILABLE', 'STORE_FULL'],
      }),
    },
    async ({ params }, reply) => {
      await engine.heartbeatAgent(params.agentId)
      return reply.code(202).send(ACCEPTED)
    },
  )
}
