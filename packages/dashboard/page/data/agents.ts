import type { AgentView } from '@opscore/contract'
import type { OpsCoreClient } from '@opscore/sdk'
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query'
import type { AgentMap } from './live/fold-agents.ts'
import { noCursor } from './sessions.ts'

const PAGE = 200

/** More are not shown one by one; the list says so. */
const AGENT_LIMIT = 20_000

/** The whole fleet, in order of ids. What has come is shown while the rest is read. */
export const fleet = (client: OpsCoreClient, queries: QueryClient) =>
  queryOptions({
    queryKey: ['agents'],
    async queryFn({ signal }): Promise<AgentMap> {
      const isFirst = queries.getQueryData<AgentMap>(['agents']) === undefined
      const read = new Map<string, AgentView>()
      let cursor: string | undefined
      let next = PAGE
      do {
        const page = await client.agents.list({ limit: PAGE, signal, ...(cursor === undefined ? {} : { cursor }) })
        for (const agent of page.items) read.set(agent.agentId, agent)
        cursor = page.nextCursor ?? undefined
        if (isFirst && cursor !== undefined && read.size >= next) {
          queries.setQueryData<AgentMap>(['agents'], (shown) => newest(read, shown))
          // Each time twice as many: to show them costs what all of them cost.
          next *= 2
        }
      } while (cursor !== undefined && read.size < AGENT_LIMIT)
      return newest(read, queries.getQueryData<AgentMap>(['agents']))
    },
  })

/** What was read, but for agents of which an event has told since. */
function newest(read: AgentMap, shown: AgentMap | undefined): AgentMap {
  const merged = new Map(read)
  for (const [id, agent] of shown ?? []) {
    const other = merged.get(id)
    if (other && agent.updatedAt > other.updatedAt) merged.set(id, agent)
  }
  return merged
}

export const oneAgent = (client: OpsCoreClient, agentId: string) =>
  queryOptions({
    queryKey: ['agent', agentId],
    queryFn: ({ signal }) => client.agents.get(agentId, { signal }),
  })

export const agentHistory = (client: OpsCoreClient, agentId: string) =>
  infiniteQueryOptions({
    queryKey: ['agent-history', agentId],
    queryFn: ({ pageParam, signal }) =>
      client.agents.history(agentId, { limit: 200, signal, ...(pageParam === undefined ? {} : { cursor: pageParam }) }),
    initialPageParam: noCursor(),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })

/** What waits for the agent, in the order in which it would take it. */
export const agentLine = (client: OpsCoreClient, agentId: string) =>
  queryOptions({
    queryKey: ['agent-waits', agentId, 'line'],
    queryFn: ({ signal }) => client.agents.waiting(agentId, { limit: 50, signal }),
  })

/** Sessions that are asked why they wait. */
const WAITS = 12

/** Why the newest open sessions that were started with the agent wait. */
export const agentWaits = (client: OpsCoreClient, agentId: string) =>
  queryOptions({
    queryKey: ['agent-waits', agentId],
    async queryFn({ signal }) {
      const status = ['started', 'running', 'paused'] as const
      const { items, nextCursor } = await client.sessions.list({ agentId, status, limit: WAITS, signal })
      const sessions = await Promise.all(
        items.map(async ({ sessionId, workflowId }) => {
          const { causes } = await client.sessions.explain(sessionId, { signal })
          return { sessionId, workflowId, causes }
        }),
      )
      return { sessions, hasMore: nextCursor !== null }
    },
  })
