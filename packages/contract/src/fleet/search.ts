import Type, { type Static } from 'typebox'
import { stringUnion } from '../text/string-union.ts'

export const SEARCH_LIMIT_DEFAULT = 20
export const SEARCH_LIMIT_MAXIMUM = 50

/** What was found by its id, the beginning of its id, or its name. */
export const SearchHit = Type.Object({
  type: stringUnion(['agent', 'session', 'workflow', 'task']),
  id: Type.String(),
  name: Type.String({ description: 'Of a session and a task: the id of its workflow, and of its task there' }),
  status: Type.String({
    description: 'The state of an agent, the status of a session or task, the revision of a workflow',
  }),
})
export type SearchHit = Static<typeof SearchHit>

export const SearchResult = Type.Object({
  items: Type.Array(SearchHit, { description: 'Exact matches first, then agents, sessions and workflows' }),
})
export type SearchResult = Static<typeof SearchResult>
