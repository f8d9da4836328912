import { expect, it } from 'vitest'
import { agentRef, commitAll, deregister, live, register, report, session, stateChanged, task } from './commits.ts'
import { everyPage } from './pages.ts'
import type { Subject } from './subject.ts'

const NOTHING = { agentEventsBefore: 0, sessionsEndedBefore: 0, now: 0 }

export function trimContract(subject: () => Subject): void {
  it('removes agents’ events that are older, and leaves the agents and what is younger', async () => {
    const { store } = subject()
    await commitAll(store, register('a'), register('b'), session('s', 0))
    for (let version = 1; version <= 5; version++) {
      const events = [stateChanged('a', { time: version * 10 })]
      await commitAll(store, report('a', version, { events }), session('s', version))
    }
    expect(await store.trim({ ...NOTHING, agentEventsBefore: 30 })).toBe(4)
    const history = await everyPage((page) => store.agentHistory('a', page))
    expect(history.map((event) => event.time)).toEqual([50, 40, 30])
    expect(await store.loadAgent('a')).toMatchObject({ version: 6 })
    expect(await store.loadAgent('b')).toMatchObject({ version: 1 })
    expect(await store.agentHistory('b', { limit: 5 })).toEqual({ items: [], next: null })
    expect(await everyPage((page) => store.sessionEvents('s', page))).toHaveLength(6)
    expect(await store.trimmed()).toEqual([6])
    const left = await store.events(await store.trimmed(), 99)
    expect(left.map((event) => event.position)).toEqual([7, 8, 9, 10, 11, 12, 13])
    expect(await store.head()).toEqual([13])
  })

  it('keeps what an agent last reported where only the event said it', async () => {
    const { store } = subject()
    const said = { state: 'active', details: { step: 3 }, timestamp: '2026-01-02T03:04:05Z' }
    const events = [stateChanged('a', { time: 20, data: said })]
    const after = live({ ...said, receivedAt: 20, seenAt: 20 })
    await commitAll(store, register('a'), report('a', 1, { events, live: after, reportOnly: true }))
    expect((await store.loadAgent('a'))?.state.live).toEqual(after)
    expect(await store.trim({ ...NOTHING, agentEventsBefore: 100 })).toBe(2)
    expect(await store.loadAgent('a')).toMatchObject({ version: 2, state: { live: after } })
    expect((await store.listAgents({ state: ['active'] }, { limit: 9 })).items).toHaveLength(1)
    const later = live({ state: 'idle', receivedAt: 30, seenAt: 40 })
    await commitAll(store, report('a', 2, { events: [stateChanged('a', { time: 30 })], live: later }))
    expect((await store.loadAgent('a'))?.state.live).toEqual(later)
  })

  it('goes on counting positions where every event has gone', async () => {
    const { store } = subject()
    await commitAll(store, register('a'), report('a', 1))
    expect(await store.trim({ ...NOTHING, agentEventsBefore: 100 })).toBe(2)
    expect([await store.head(), await store.trimmed(), await store.events([0], 9)]).toEqual([[2], [2], []])
    await commitAll(store, report('a', 2, { events: [stateChanged('a', { time: 200 })] }))
    expect((await store.agentHistory('a', { limit: 9 })).items.map((event) => event.position)).toEqual([3])
  })

  it('ends a history page by page where the rest was trimmed meanwhile', async () => {
    const { store } = subject()
    await commitAll(store, register('a'), ...[1, 2, 3, 4].map((version) => report('a', version)))
    const history = await everyPage(
      (page) => store.agentHistory('a', page),
      2,
      async () => void (await store.trim({ ...NOTHING, agentEventsBefore: 100 })),
    )
    expect(history.map((event) => event.position)).toEqual([5, 4])
  })

  it('removes tombstones of agents that left before, so that the id starts anew', async () => {
    const { store } = subject()
    await commitAll(store, register('a'), register('b'), deregister('a', 1, 5), deregister('b', 1, 50))
    expect(await store.trim({ ...NOTHING, agentEventsBefore: 20 })).toBe(4)
    expect(await store.loadAgent('a')).toBeNull()
    expect(await store.loadAgent('b')).toMatchObject({ version: 2 })
    await commitAll(store, register('a'))
    expect((await store.agentHistory('a', { limit: 9 })).items).toHaveLength(1)
    expect(await store.countAgents()).toBe(1)
  })

  it('removes sessions that ended before, whole', async () => {
    const { store } = subject()
    const ended = (id: string, endedAt: number) =>
      session(id, 1, { head: { status: 'completed', endedAt }, tasks: [task(id, 0, { status: 'completed' })] })
    for (const id of ['old', 'young', 'open']) await commitAll(store, session(id, 0, { tasks: [task(id, 0)] }))
    await commitAll(store, ended('old', 5), ended('young', 50))
    expect(await store.trim({ ...NOTHING, sessionsEndedBefore: 20 })).toBe(3)
    expect(await store.loadSession('old')).toBeNull()
    expect(await store.sessionEvents('old', { limit: 9 })).toEqual({ items: [], next: null })
    expect((await store.listSessions({}, { limit: 9 })).items).toHaveLength(2)
    expect((await store.loadSession('young'))?.state.tasks).toHaveLength(1)
    expect(await store.trimmed()).toEqual([4])
    expect((await store.events([0], 9)).map((event) => event.position)).toEqual([2, 3, 5])
    await commitAll(store, session('old', 0))
    expect((await store.loadSession('old'))?.state.tasks).toEqual([])
  })

  it('removes once-records that have expired', async () => {
    const { store, clock } = subject()
    const once = (key: string, expiresAt: number) => [{ key, fingerprint: 'f', answer: null, expiresAt }]
    const later = clock.now() + 1_000
    await commitAll(store, register('a', { once: once('k', later) }), register('b', { once: once('l', later + 1) }))
    expect(await store.trim({ ...NOTHING, now: later })).toBe(1)
    expect(await store.findOnce('k', agentRef('a'), 0)).toBeNull()
    expect(await store.findOnce('l', agentRef('b'), 0)).not.toBeNull()
  })

  it('removes more than a step’s worth while commits go on, and then nothing', async () => {
    const { store } = subject()
    await commitAll(store, register('a'))
    const events = Array.from({ length: 400 }, () => stateChanged('a'))
    for (let version = 1; version <= 5; version++) await commitAll(store, report('a', version, { events }))
    const trimmed = store.trim({ ...NOTHING, agentEventsBefore: 100 })
    const young = [stateChanged('a', { time: 100 })]
    const [removed] = await Promise.all([
      trimmed,
      commitAll(store, report('a', 6, { events: young }), report('a', 7, { events: young })),
    ])
    expect(removed).toBe(2_001)
    expect((await store.agentHistory('a', { limit: 9 })).items).toHaveLength(2)
    expect(await store.trim({ ...NOTHING, agentEventsBefore: 100 })).toBe(0)
  })
}
