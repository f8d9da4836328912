import { AgentId, OpsEvent, Page, ReadOrder, SessionStatus, SessionSummary, SessionView } from '@opscore/contract'
import { parseDateTime } from '@opscore/host'
import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import { pageQuery, readPage } from '../list-cursor.ts'

export const SessionParams = Type.Object({ sessionId: Type.String({ minLength: 1, maxLength: 256 }) })
export type SessionParams = Static<typeof SessionParams>

const MAX_VALUES = 50

const SessionQuery = pageQuery({
  status: Type.Optional(Type.Array(SessionStatus, { maxItems: MAX_VALUES })),
  agentId: Type.Optional(Type.Array(AgentId, { maxItems: MAX_VALUES })),
  workflowId: Type.Optional(Type.Array(Type.String({ maxLength: 128 }), { maxItems: MAX_VALUES })),
  startedFrom: Type.Optional(Type.String({ format: 'date-time', description: 'Started at this time or later' })),
  startedTo: Type.Optional(Type.String({ format: 'date-time', description: 'Started before this time' })),
})

const EventQuery = pageQuery({ order: Type.Optional(ReadOrder) })

/** Runs of workflows. */
export function addSessionRoutes(app: FastifyInstance, { engine, guard }: ApiContext): void {
  app.get<{ Querystring: Static<typeof SessionQuery> }>(
    '/v1/opscore/session',
    guarded(guard, {
      id: 'listSessions',
      tag: 'session',
      summary: 'List sessions, newest first',
      rule: { scope: 'read', demand: 'management' },
      query: SessionQuery,
      answers: { 200: Page(SessionSummary) },
      errors: ['INVALID_CURSOR'],
    }),
    ({ query }) => {
      const { status, agentId, workflowId, startedFrom, startedTo } = query
      const filter = { status, agentId, workflowId, startedFrom: momentOf(startedFrom), startedTo: momentOf(startedTo) }
      return readPage({ list: 'session', filter, query }, (list) => engine.sessions(filter, list))
    },
  )

  app.get<{ Params: SessionParams }>(
    '/v1/opscore/session/:sessionId',
    guarded(guard, {
      id: 'getSession',
      tag: 'session',
      summary: 'Read a session with its tasks and their attempts',
      rule: { scope: 'read', demand: 'lookup' },
      params: SessionParams,
      answers: { 200: SessionView },
      errors: ['SESSION_NOT_FOUND'],
    }),
    ({ params }) => engine.session(params.sessionId),
  )

  app.get<{ Params: SessionParams; Querystring: Static<typeof EventQuery> }>(
    '/v1/opscore/session/:sessionId/event',
    guarded(guard, {
      id: 'listSessionEvents',
      tag: 'session',
      summary: 'List what happened in a session, oldest or newest first',
      rule: { scope: 'read', demand: 'management' },
      params: SessionParams,
      query: EventQuery,
      answers: { 200: Page(OpsEvent) },
      errors: ['SESSION_NOT_FOUND', 'INVALID_CURSOR'],
    }),
    ({ params: { sessionId }, query }) => {
      const { order = 'asc' } = query
      return readPage({ list: 'event', filter: { sessionId, order }, query }, (list) =>
        engine.sessionEvents(sessionId, { ...list, order }),
      )
    },
  )
}

const momentOf = (text: string | undefined) => (text === undefined ? undefined : parseDateTime(text))
