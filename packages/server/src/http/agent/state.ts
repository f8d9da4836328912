import { Accepted, AgentStateHistoryEntry, AgentStateReport, AgentStateView, Page } from '@opscore/contract'
import type { Engine } from '@opscore/engine'
import { DomainError, namedAttempt } from '@opscore/engine'
import { ApiError } from '@opscore/host'
import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import { pageQuery, readPage } from '../list-cursor.ts'
import { AgentParams } from './agent.ts'
import { addFastPost, addFastRead } from './fast-route.ts'

/** A result of 256 KiB with its envelope. */
export const REPORT_LIMIT = 320 * 1024

/** The answer to every report, printed once. */
const ACCEPTED = JSON.stringify({ status: 'success', message: 'State update accepted' } satisfies Accepted)

const HistoryQuery = pageQuery({})

/** What agents say they are doing. */
export function addStateRoutes(app: FastifyInstance, context: ApiContext): void {
  const { engine, guard } = context
  addFastPost<AgentStateReport>(app, context, {
    name: 'state',
    rule: { scope: 'agents', demand: 'attempt-report' },
    status: 202,
    body: AgentStateReport,
    limit: REPORT_LIMIT,
    exact: { details: 'object' },
    answer: Accepted,
    errors: ['AGENT_ID_MISMATCH', 'AGENT_NOT_FOUND', 'STORE_UNAVAILABLE', 'STORE_FULL'],
    document: {
      id: 'reportAgentState',
      tag: 'agent',
      summary: 'Report what an agent is doing',
      description: 'Answered once the report is durable. The one that arrives last is the current state.',
    },
    takeUsual: ({ agentId, body, arrivedAt }) =>
      body.agentId === agentId ? takeReport(context, agentId, body, arrivedAt) : null,
    take({ body, params: { agentId }, arrivedAt }) {
      if (body.agentId === agentId) return takeReport(context, agentId, body, arrivedAt)
      throw new ApiError('AGENT_ID_MISMATCH', 'Agent ID in path does not match agent ID in payload')
    },
    print: () => ACCEPTED,
  })

  addFastRead(app, context, {
    name: 'state',
    rule: { scope: 'read', demand: 'lookup' },
    status: 200,
    answer: AgentStateView,
    errors: ['AGENT_NOT_FOUND'],
    document: { id: 'getAgentState', tag: 'agent', summary: 'Read what an agent is doing' },
    known: engine.knownAgentState,
    read: (agentId) => stateOf(engine, agentId),
  })

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
