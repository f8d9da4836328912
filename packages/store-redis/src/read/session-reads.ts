import { type ReadOrder, SESSION_STATUSES, type SessionStatus } from '@opscore/contract'
import { parseStored } from '@opscore/contract/exact-json'
import type { CommittedEvent, SessionHead, SessionState, TaskState, Weighed } from '@opscore/engine/store'
import {
  NO_SESSIONS,
  PAGE_CHARACTERS,
  type PageRequest,
  type SessionFilter,
  type StorePage,
  type Versioned,
} from '@opscore/engine/store'
import type { Link } from '../link/link.ts'
import { reply } from '../link/reply.ts'
import type { Places } from '../rows/places.ts'
import { toSortable } from '../rows/sortable-number.ts'
import { eventOfSession } from '../rows/stored-event.ts'
import { type Bounds, endOf, memberPage, type Row, type Source } from './member-page.ts'
import { sessionIdIn } from './members.ts'

/** The filters that have an index of their own, the most selective first, with the field of a session that holds it. */
const INDEXED = [
  ['agentId', 'a'],
  ['workflowId', 'f'],
  ['status', 'st'],
] as const

/** Values of a filter that are merged from their indexes; with more, every session is looked at. */
const MERGED = 8

export function createSessionReads(link: Link, places: Places) {
  const placeOf = (id: string) => places.of({ kind: 'session', id })

  async function load(sessionId: string): Promise<Versioned<SessionState> | null> {
    const fields = reply.fields(await link.send('HGETALL', placeOf(sessionId).keys.session(sessionId)))
    const version = fields.get('v')
    if (version === undefined) return null
    const head: SessionHead = parseStored(reply.text(fields.get('h')))
    const tasks: (TaskState | undefined)[] = []
    for (const [name, text] of fields) {
      if (/^t\d+$/.test(name)) tasks[Number(name.slice(1))] = parseStored(text)
    }
    return { version: Number(version), state: { head, tasks } }
  }

  /** Where the sessions that a filter may let through are listed by start, and what is left to be looked at. */
  function indexOf(filter: SessionFilter): { sources: Source[]; rest: (typeof INDEXED)[number][] } {
    const used = INDEXED.filter(([name]) => filter[name])
    const by = used.find(([name]) => (filter[name]?.length ?? 0) <= MERGED)
    if (!by) return { sources: places.sources((keys) => keys.sessions), rest: used }
    const values = [...new Set<string>(filter[by[0]])]
    const sources = values.flatMap((value) => places.sources((keys) => keys.sessionsIn(by[0], value)))
    // A session may have left the index since it was read.
    return { sources, rest: used.filter((one) => one !== by || one[0] === 'status') }
  }

  function list(filter: SessionFilter, page: PageRequest): Promise<StorePage<SessionHead>> {
    const { sources, rest } = indexOf(filter)
    const filters = rest.map(([name, field]) => ({ field, values: new Set<unknown>(filter[name]) }))
    const keyOf = ({ member, partition }: Row) => places.at(partition).session(sessionIdIn(member))
    const wanted = async (row: Row): Promise<boolean> => {
      const found = reply.list(await link.send('HMGET', keyOf(row), ...filters.map(({ field }) => field)))
      return filters.every(({ values }, index) => values.has(found[index]))
    }
    const load = async (row: Row): Promise<Weighed<SessionHead> | null> => {
      const [head] = reply.list(await link.send('HMGET', keyOf(row), 'h'))
      return typeof head === 'string' ? { item: parseStored(head), characters: head.length } : null
    }
    const bounds: Bounds = {
      reverse: true,
      ...(filter.startedFrom === undefined ? {} : { from: toSortable(filter.startedFrom) }),
      ...(filter.startedTo === undefined ? {} : { to: endOf(toSortable(filter.startedTo)) }),
    }
    return memberPage(link, sources, page, { load, ...(filters.length > 0 && { wanted }) }, bounds)
  }

  /** A page goes on by place in the session's list, which only grows. */
  async function events(
    sessionId: string,
    { limit, after = '', order = 'asc' }: PageRequest & { order?: ReadOrder },
  ): Promise<StorePage<CommittedEvent>> {
    const { keys, partition } = placeOf(sessionId)
    const args = [after, String(limit), String(PAGE_CHARACTERS), order]
    const [next, ...found] = reply.texts(await link.run('sessionEvents', [keys.eventsOf(sessionId)], args))
    const items = found.map((item) => eventOfSession(item, sessionId, partition))
    return { items, next: next === '' ? null : (next ?? null) }
  }

  async function count(status: SessionStatus): Promise<number> {
    const sources = places.sources((keys) => keys.sessionsIn('status', status))
    const counts = await Promise.all(sources.map(({ key }) => link.send('ZCARD', key)))
    return counts.reduce<number>((sum, each) => sum + reply.number(each), 0)
  }

  async function counts(): Promise<Record<SessionStatus, number>> {
    const found = { ...NO_SESSIONS }
    await Promise.all(
      SESSION_STATUSES.map(async (status) => {
        found[status] = await count(status)
      }),
    )
    return found
  }

  return { load, list, events, counts }
}
