import { Accepted, AgentStateHistoryEntry, AgentStateReport, AgentStateView, Page } from '@opscore/contract'
import { ApiError } from '@opscore/host'
import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { AgentParams } from './agent.ts'
import type { ApiContext } from './api-context.ts'
import { guarded } from './guarded.ts'
import { pageQuery, readPage } from './list-cursor.ts'

/** A result of 256 KiB with its envelope. */
export const REPORT_LIMIT = 320 * 1024

/** The answer to every report, printed once: this is the busiest route. */
const ACCEPTED = JSON.stringify({ status: 'success', message: 'State update accepted' } satisfies Accepted)
const JSON_TYPE = 'application/json; charset=utf-8'

const HistoryQuery = pageQuery({})

/** What agents say they are doing. */
export function addStateRoutes(app: FastifyInstance, { engine, guard }: ApiContext): void {
  app.post<{ Params: AgentParams; Body: AgentStateReport }>(
    '/v1/opscore/agent/:agentId/state',
    {
      bodyLimit: REPORT_LIMIT,
      ...guarded(guard, {
        id: 'reportAgentState',
        tag: 'agent',
        summary: 'Report what an agent is doing',
        description: 'Answered once the report is durable. The one that arrives last is the current state.',
        rule: { scope: 'agents', demand: 'report' },
        params: AgentParams,
        body: AgentStateReport,
        answers: { 202: Accepted },
        errors: ['AGENT_ID_MISMATCH', 'AGENT_NOT_FOUND', 'STORE_UNAVAILABLE', 'STORE_FULL'],
      }),
    },
    // Answers by callback: a promise for Fastify to wait on would cost this route alone more than its validation.
    ({ params: { agentId }, body }, reply) => {
      if (body.agentId !== agentId) {
        throw new ApiError('AGENT_ID_MISMATCH', 'Agent ID in path does not match agent ID in payload')
      }
      engine.reportState(agentId, body).then(
        // Returned, a reply would be waited for: it has a `then`.
        () => {
          reply.code(202).header('content-type', JSON_TYPE).send(ACCEPTED)
        },
        (error) => {
          reply.send(error)
        },
      )
    },
  )

  app.get<{ Params: AgentParams }>(
    '/v1/opscore/agent/:agentId/state',
    guarded(guard, {
      id: 'getAgentState',
      tag: 'agent',
      summary: 'Read what an agent is doing',
      rule: { scope: 'read', demand: 'lookup' },
      params: AgentParams,
      answers: { 200: AgentStateView },
      errors: ['AGENT_NOT_FOUND'],
    }),
    ({ params }) => engine.agentState(params.agentId),
  )

  app.get<{ Params: AgentParams; Querystring: Static<typeof HistoryQuery> }>(
    '/v1/opscore/agent/:agentId/state/history',
    guarded(guard, {
      id: 'listAgentStates',
      tag: 'agent',
      summary: 'List what an agent reported, newest first',
      rule: { scope: 'read', demand: 'management' },
      params: AgentParams,
      query: HistoryQuery,
      answers: { 200: Page(AgentStateHistoryEntry) },
      errors: ['AGENT_NOT_FOUND', 'INVALID_CURSOR'],
    }),
    ({ params: { agentId }, query }) =>
      readPage({ list: 'state', filter: { agentId }, query }, (request) => engine.agentHistory(agentId, request)),
  )
}
