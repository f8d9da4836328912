import { expect, it } from 'vitest'
import type { PageRequest, StorePage } from '../../src/ports/page.ts'
import { PAGE_CHARACTERS, type Store } from '../../src/ports/store.ts'
import { commitAll, effect, live, register, report, session, sessionRef, stateChanged } from './commits.ts'
import type { Subject } from './subject.ts'

const HEAVY = 'x'.repeat(256 * 1024)
const ITEMS = 20
const PER_PAGE = PAGE_CHARACTERS / HEAVY.length

const name = (n: number) => `n${String(n).padStart(2, '0')}`
const names = Array.from({ length: ITEMS }, (_, n) => name(n))

interface HeavyList {
  of: string
  fill(store: Store): Promise<unknown>
  read(store: Store, page: PageRequest): Promise<StorePage<unknown>>
}

const agents = (store: Store) =>
  commitAll(store, ...names.map((id) => register(id, { live: live({ details: { text: HEAVY } }) })))

const sessions = (store: Store) =>
  commitAll(store, ...names.map((id, n) => session(id, 0, { head: { input: { text: HEAVY }, startedAt: n } })))

const LISTS: HeavyList[] = [
  { of: 'agents', fill: agents, read: (store, page) => store.listAgents({}, page) },
  { of: 'agents in a state', fill: agents, read: (store, page) => store.listAgents({ state: ['idle'] }, page) },
  { of: 'sessions', fill: sessions, read: (store, page) => store.listSessions({}, page) },
  {
    of: 'sessions of an agent in a status',
    fill: sessions,
    read: (store, page) => store.listSessions({ agentId: ['a'], status: ['running'] }, page),
  },
  {
    of: 'an agent’s history',
    fill: (store) => {
      const details = { state: 'idle', details: { text: HEAVY } }
      const reports = names
        .slice(1)
        .map((_, n) => report('a', n + 1, { events: [stateChanged('a', { data: details })] }))
      return commitAll(store, register('a', { events: [stateChanged('a', { data: details })] }), ...reports)
    },
    read: (store, page) => store.agentHistory('a', page),
  },
  {
    of: 'a session’s events',
    fill: (store) => {
      const event = { type: 'task.completed', time: 1, sessionId: 's', data: { result: HEAVY } } as const
      return commitAll(store, ...names.map((_, n) => session('s', n, { events: [event] })))
    },
    read: (store, page) => store.sessionEvents('s', page),
  },
  {
    of: 'a session’s events from the newest',
    fill: (store) => {
      const event = { type: 'task.completed', time: 1, sessionId: 's', data: { result: HEAVY } } as const
      return commitAll(store, ...names.map((_, n) => session('s', n, { events: [event] })))
    },
    read: (store, page) => store.sessionEvents('s', { ...page, order: 'desc' }),
  },
  {
    of: 'workflows',
    fill: (store) =>
      Promise.all(
        names.map((id) => {
          const definition = { id, name: id, tasks: [{ taskId: 't', parameters: { text: HEAVY } }] }
          return store.putWorkflow({ definition, hash: id, now: 0 })
        }),
      ),
    read: (store, page) => store.listWorkflows(page),
  },
  {
    of: 'effects',
    fill: (store) => {
      const lost = effect(sessionRef('s'), 1)
      const heavy = names.map((_, n) => ({
        ...effect(sessionRef('s'), 1, n),
        effect: { ...lost.effect, reason: HEAVY } as typeof lost.effect,
      }))
      return commitAll(store, session('s', 0, { effects: heavy }))
    },
    read: (store, page) => store.pendingEffects(page),
  },
]

export function pageContract(subject: () => Subject): void {
  it.each(LISTS)('end with their weight, those of $of, and go on where they ended', async ({ fill, read }) => {
    const { store } = subject()
    await fill(store)
    const first = await read(store, { limit: 200 })
    expect(first.items).toHaveLength(PER_PAGE)
    const rest = await read(store, { limit: 200, after: first.next ?? 'nothing' })
    expect(rest.next).toBeNull()
    const [tenth] = (await read(store, { limit: 10 })).items.slice(9)
    expect(tenth).toEqual(first.items[9])
    const all = [...first.items, ...rest.items].map((item) => JSON.stringify(item))
    expect(all).toHaveLength(ITEMS)
    expect(new Set(all).size).toBe(ITEMS)
  })

  it('have one item at least, whatever it weighs', async () => {
    const { store } = subject()
    const input = { text: 'x'.repeat(PAGE_CHARACTERS + 1) }
    await commitAll(
      store,
      session('s0', 0),
      session('s1', 0, { head: { input } }),
      session('s2', 0, { head: { input } }),
    )
    const event = { type: 'task.completed', time: 1, sessionId: 's0', data: { result: input } } as const
    await commitAll(store, session('s0', 1, { events: [event, event] }))
    const [listed, history] = [
      await store.listSessions({}, { limit: 2 }),
      await store.sessionEvents('s1', { limit: 2 }),
    ]
    expect(listed.items.map(({ sessionId }) => sessionId)).toEqual(['s2'])
    expect(history).toMatchObject({ items: [{ type: 'session.started' }], next: null })
    const events = await store.sessionEvents('s0', { limit: 9 })
    expect(events.items.map(({ position }) => position)).toEqual([1, 4])
    const last = await store.sessionEvents('s0', { limit: 9, after: events.next ?? '' })
    expect(last).toMatchObject({ items: [{ position: 5 }], next: null })
  })
}
