import { Accepted, AgentStateHistoryEntry, AgentStateReport, AgentStateView, Page } from '@opscore/contract'
import type { Engine } from '@opscore/engine'
import { DomainError, namedAttempt } from '@opscore/engine'
import { ApiError } from '@opscore/host'
import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import type { Rule } from '../access/guard.ts'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import { pageQuery, readPage } from '../list-cursor.ts'
import { AgentParams } from './agent.ts'
import { bodyFoundBefore, postShortcut, readShortcut, throwFoundBefore } from './agent-shortcuts.ts'

/** A result of 256 KiB with its envelope. */
export const REPORT_LIMIT = 320 * 1024

const STATE_ROUTE = '/v1/opscore/agent/:agentId/state'

/** The answer to every report, printed once. */
const ACCEPTED = JSON.stringify({ status: 'success', message: 'State update accepted' } satisfies Accepted)

const EXACT = { details: 'object' } as const

const REPORT_RULE: Rule = { scope: 'agents', demand: 'attempt-report' }
const LOOKUP_RULE: Rule = { scope: 'read', demand: 'lookup' }

const HistoryQuery = pageQuery({})

/** What agents say they are doing. */
export function addStateRoutes(app: FastifyInstance, context: ApiContext): void {
  const { engine, guard } = context
  addStateShortcuts(app, context)

  app.post<{ Params: AgentParams; Body: AgentStateReport }>(
    STATE_ROUTE,
    {
      bodyLimit: REPORT_LIMIT,
      preParsing: bodyFoundBefore,
      config: { exact: EXACT },
      ...guarded(guard, {
        id: 'reportAgentState',
        tag: 'agent',
        summary: 'Report what an agent is doing',
        description: 'Answered once the report is durable. The one that arrives last is the current state.',
        rule: REPORT_RULE,
        params: AgentParams,
        body: AgentStateReport,
        answers: { 202: Accepted },
        errors: ['AGENT_ID_MISMATCH', 'AGENT_NOT_FOUND', 'STORE_UNAVAILABLE', 'STORE_FULL'],
      }),
    },
    async (request, reply) => {
      throwFoundBefore(request)
      const { body } = request
      const { agentId } = request.params
      if (body.agentId !== agentId) {
        throw new ApiError('AGENT_ID_MISMATCH', 'Agent ID in path does not match agent ID in payload')
      }
      await takeReport(context, agentId, body, request.arrivedAt)
      return reply.code(202).type('application/json; charset=utf-8').send(ACCEPTED)
    },
  )

  app.get<{ Params: AgentParams }>(
    STATE_ROUTE,
    guarded(guard, {
      id: 'getAgentState',
      tag: 'agent',
      summary: 'Read what an agent is doing',
      rule: LOOKUP_RULE,
      params: AgentParams,
      answers: { 200: AgentStateView },
      errors: ['AGENT_NOT_FOUND'],
    }),
    ({ params }) => stateOf(engine, params.agentId),
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

/**
 * Where its rate allows it. What was done for an attempt under way is never held up by what else the agent says; an attempt
 * that is over or unknown counts as nothing, or anybody could make one up for each report.
 */
function takeReport(
  { engine, guard }: ApiContext,
  agentId: string,
  report: AgentStateReport,
  arrivedAt: number,
): Promise<unknown> {
  const attemptId = namedAttempt(report.details)
  const take = (isUnderWay: boolean) => {
    guard.checkReportRate(agentId, isUnderWay ? attemptId : null, arrivedAt)
    return engine.reportState(agentId, report)
  }
  const isUnderWay = attemptId !== null && engine.worksOn(agentId, attemptId)
  return isUnderWay instanceof Promise ? isUnderWay.then(take) : take(isUnderWay)
}

/** Scripts match on the sentence for an agent that is unknown (wire contract, "To the letter"). */
async function stateOf(engine: Engine, agentId: string): Promise<AgentStateView> {
  try {
    return await engine.agentState(agentId)
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'AGENT_NOT_FOUND') throw error
    throw new ApiError('AGENT_NOT_FOUND', `No state found for agent ${agentId}`, { cause: error })
  }
}

function addStateShortcuts(app: FastifyInstance, context: ApiContext): void {
  const { engine } = context
  app.shortcuts.push(
    postShortcut<AgentStateReport>(context, {
      ...{
        name: 'state',
        rule: REPORT_RULE,
        bodyLimit: REPORT_LIMIT,
        schema: AgentStateReport,
        status: 202,
        exact: EXACT,
      },
      answer: ({ agentId, body, arrivedAt }) =>
        body.agentId === agentId ? takeReport(context, agentId, body, arrivedAt) : null,
      print: () => ACCEPTED,
    }),
    readShortcut(context, {
      ...{ name: 'state', rule: LOOKUP_RULE, status: 200 },
      known: engine.knownAgentState,
    }),
  )
}
