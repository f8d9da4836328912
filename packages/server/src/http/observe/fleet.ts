import {
  ATTENTION_KINDS,
  AttentionItem,
  AttentionKind,
  Overview,
  Page,
  SEARCH_LIMIT_DEFAULT,
  SEARCH_LIMIT_MAXIMUM,
  SearchResult,
} from '@opscore/contract'
import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import { pageQuery, readPage } from '../list-cursor.ts'

const AttentionQuery = pageQuery({
  kind: Type.Optional(Type.Array(AttentionKind, { maxItems: ATTENTION_KINDS.length })),
})

const SearchQuery = Type.Object({
  q: Type.String({ minLength: 1, maxLength: 512, description: 'An id, how one begins, or a part of a name' }),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: SEARCH_LIMIT_MAXIMUM, default: SEARCH_LIMIT_DEFAULT })),
})

/** The fleet as a whole. */
export function addFleetRoutes(app: FastifyInstance, { engine, guard }: ApiContext): void {
  app.get(
    '/v1/opscore/overview',
    guarded(guard, {
      id: 'getOverview',
      tag: 'fleet',
      summary: 'See the fleet at a glance',
      description:
        'Counts are kept as things change, from the first time that this process is asked on: that answer takes longer. What was before that is made up from the log, as far as it is short enough.',
      rule: { scope: 'read', demand: 'management' },
      answers: { 200: Overview },
      errors: ['STORE_UNAVAILABLE'],
    }),
    () => engine.overview(),
  )

  app.get<{ Querystring: Static<typeof AttentionQuery> }>(
    '/v1/opscore/attention',
    guarded(guard, {
      id: 'listAttention',
      tag: 'fleet',
      summary: 'List all that wants a person, newest first',
      rule: { scope: 'read', demand: 'management' },
      query: AttentionQuery,
      answers: { 200: Page(AttentionItem) },
      errors: ['INVALID_CURSOR', 'STORE_UNAVAILABLE'],
    }),
    ({ query }) =>
      readPage({ list: 'attention', filter: { kind: query.kind }, query }, (list) =>
        engine.attention(query.kind, list),
      ),
  )

  app.get<{ Querystring: Static<typeof SearchQuery> }>(
    '/v1/opscore/search',
    guarded(guard, {
      id: 'search',
      tag: 'fleet',
      summary: 'Find agents, sessions, workflows and tasks',
      description:
        'By id; by the beginning of the id of an agent, a workflow or, from six digits on, a session; by a part of the name of an agent or a workflow.',
      rule: { scope: 'read', demand: 'management' },
      query: SearchQuery,
      answers: { 200: SearchResult },
      errors: ['STORE_UNAVAILABLE'],
    }),
    ({ query: { q, limit = SEARCH_LIMIT_DEFAULT } }) => engine.search({ text: q, limit }),
  )
}
