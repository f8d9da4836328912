/** What was read follows what happens: lists are patched by events, what is looked at closely is read again. */
import type { OpsEvent, Page, SessionSummary } from '@opscore/contract'
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { Heard } from '../../stream/live-stream.ts'
import { type AgentMap, foldAgents } from './fold-agents.ts'
import { type EventPages, withNews } from './fold-history.ts'
import { begun, fits, foldSession, type SessionFilter } from './fold-sessions.ts'
import { createRereader } from './reread.ts'

export type SessionPages = InfiniteData<Page<SessionSummary>, string | undefined>

/** Returns what takes in what is heard. */
export function createEventApplier(queries: QueryClient): (heard: Heard) => void {
  const rereader = createRereader(queries)
  return (heard) => {
    if (heard.type === 'resync') {
      // Pages of a long history are not read again one by one: it begins anew.
      void queries.resetQueries({ queryKey: ['session-events'] })
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session-events' })
      return
    }
    const { events } = heard
    queries.setQueriesData<AgentMap>({ queryKey: ['agents'] }, (agents) => agents && foldAgents(agents, events))
    for (const [key, pages] of queries.getQueriesData<SessionPages>({ queryKey: ['sessions'] })) {
      if (pages) queries.setQueryData(key, foldPages(pages, events, filterIn(key)))
    }
    for (const [key, pages] of queries.getQueriesData<EventPages>({ queryKey: ['session-events'] })) {
      if (pages) queries.setQueryData(key, withNews(pages, events, key))
    }
    const touched = { sessions: new Set<string>(), agents: new Set<string>() }
    for (const { sessionId, agentId } of events) {
      if (sessionId !== undefined) touched.sessions.add(sessionId)
      if (agentId !== undefined) touched.agents.add(agentId)
    }
    rereader.reread(touched)
  }
}

/** A list's filter is the last part of its key. */
function filterIn(key: readonly unknown[]): SessionFilter {
  const filter = key[1]
  return typeof filter === 'object' && filter !== null ? filter : {}
}

function foldPages(pages: SessionPages, events: readonly OpsEvent[], filter: SessionFilter): SessionPages {
  const changes = new Map<string, OpsEvent[]>()
  for (const event of events) {
    if (event.sessionId === undefined) continue
    const before = changes.get(event.sessionId)
    if (before) before.push(event)
    else changes.set(event.sessionId, [event])
  }
  if (changes.size === 0) return pages
  const known = new Set<string>()
  const folded = pages.pages.map((page) => ({
    ...page,
    items: page.items.map((session) => {
      known.add(session.sessionId)
      return (changes.get(session.sessionId) ?? []).reduce(foldSession, session)
    }),
  }))
  const fresh = newSessions(changes, known).filter((session) => fits(session, filter))
  const [first, ...rest] = folded
  if (!first || fresh.length === 0) return { ...pages, pages: folded }
  return { ...pages, pages: [{ ...first, items: [...fresh, ...first.items] }, ...rest] }
}

/** Newest first, as the list is. */
function newSessions(changes: ReadonlyMap<string, OpsEvent[]>, known: ReadonlySet<string>): SessionSummary[] {
  return [...changes]
    .flatMap(([sessionId, [first, ...rest]]) =>
      first?.type === 'session.started' && !known.has(sessionId) ? [rest.reduce(foldSession, begun(first))] : [],
    )
    .reverse()
}
