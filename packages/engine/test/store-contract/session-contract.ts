import { expect, it } from 'vitest'
import type { SessionState } from '../../src/core/session/state.ts'
import { commitAll, head, session, shortStart, task } from './commits.ts'
import { everyPage } from './pages.ts'
import type { Subject } from './subject.ts'

export function sessionContract(subject: () => Subject): void {
  const ids = (heads: { sessionId: string }[]) => heads.map((each) => each.sessionId)

  it('keeps a session’s tasks by their place, and writes only those that changed', async () => {
    const { store } = subject()
    await commitAll(
      store,
      session('s', 0, { tasks: [task('s', 0), task('s', 11)] }),
      session('s', 1, { head: { updatedAt: 7 }, tasks: [task('s', 0, { status: 'completed', result: { n: 1 } })] }),
    )
    const loaded = await store.loadSession('s')
    expect(loaded?.version).toBe(2)
    expect(loaded?.state.head).toEqual(head('s', { updatedAt: 7 }))
    expect(loaded?.state.tasks).toHaveLength(12)
    expect(loaded?.state.tasks[0]).toMatchObject({ status: 'completed', result: { n: 1 } })
    expect(loaded?.state.tasks[1]).toBeUndefined()
    expect(loaded?.state.tasks[11]).toEqual(task('s', 11))
    expect(await store.loadSession('t')).toBeNull()
  })

  it('needs no more than the events of a short start', async () => {
    const { store } = subject()
    const s = '01a21492-bbcb-71f7-80f4-706186159409'
    const start = shortStart(s, 'agent:a')
    const state: SessionState = { head: start.head, tasks: start.tasks }
    await commitAll(store, start)
    expect(await store.loadSession(s)).toEqual({ version: 1, state })
    expect((await store.listSessions({}, { limit: 9 })).items).toEqual([state.head])
    const tasks = [task(s, 0, { status: 'dispatched' })]
    await commitAll(store, session(s, 1, { events: [], head: { ...state.head, updatedAt: 8 }, tasks }))
    expect(await store.loadSession(s)).toEqual({
      version: 2,
      state: { head: { ...state.head, updatedAt: 8 }, tasks },
    })
    expect((await store.listSessions({}, { limit: 9 })).items).toMatchObject([{ updatedAt: 8 }])
  })

  it('begins each of many at once, but those that have begun', async () => {
    const { store } = subject()
    const id = (n: number) => `01a21492-bbcb-71f7-80f4-${String(n).padStart(12, '0')}`
    await commitAll(store, shortStart(id(7), 'agent:a'))
    // One of them has begun before, one comes twice.
    const numbers = [...Array.from({ length: 40 }, (_, n) => n), 9]
    const results = await Promise.all(numbers.map((n) => store.commit(shortStart(id(n), 'agent:a', { startedAt: n }))))
    const refused = numbers.filter((_, index) => !results[index]?.ok)
    expect(refused).toEqual([7, 9])
    expect(await store.countSessions()).toMatchObject({ running: 40, completed: 0 })
    for (const n of [0, 9, 39]) {
      const { head, tasks } = shortStart(id(n), 'agent:a', { startedAt: n })
      expect(await store.loadSession(id(n))).toEqual({ version: 1, state: { head, tasks } })
    }
    const { items } = await store.listSessions({}, { limit: 99 })
    expect(items.map(({ sessionId }) => sessionId).sort()).toEqual(Array.from({ length: 40 }, (_, n) => id(n)))
  })

  it('counts them by status as they start, end and start again', async () => {
    const { store } = subject()
    const none = { started: 0, running: 0, paused: 0, completed: 0, failed: 0, cancelled: 0 }
    expect(await store.countSessions()).toEqual(none)
    await commitAll(store, session('s', 0), session('t', 0, { head: { status: 'completed', endedAt: 2 } }))
    expect(await store.countSessions()).toEqual({ ...none, running: 1, completed: 1 })
    await commitAll(store, session('s', 1, { head: { status: 'failed', endedAt: 3 } }))
    expect(await store.countSessions()).toEqual({ ...none, failed: 1, completed: 1 })
    await commitAll(store, session('s', 2, { head: { status: 'running', epoch: 2 } }))
    expect(await store.countSessions()).toEqual({ ...none, running: 1, completed: 1 })
    await commitAll(store, session('s', 3, { head: { status: 'paused', epoch: 2 } }), session('u', 0))
    expect(await store.countSessions()).toEqual({ ...none, running: 1, paused: 1, completed: 1 })
    expect((await store.commit(session('s', 3, { head: { status: 'cancelled' } }))).ok).toBe(false)
    await store.trim({ agentEventsBefore: 0, sessionsEndedBefore: 3, now: 0 })
    expect(await store.countSessions()).toEqual({ ...none, running: 1, paused: 1 })
  })

  it('lists the newest first, those of the same moment too', async () => {
    const { store } = subject()
    const starts = [5, 3, 5, 9, 5, 1]
    await commitAll(store, ...starts.map((startedAt, i) => session(`s${i}`, 0, { head: { startedAt } })))
    const listed = await everyPage((page) => store.listSessions({}, page))
    expect(ids(listed)).toEqual(['s3', 's4', 's2', 's0', 's1', 's5'])
    expect(listed[0]).toEqual(head('s3', { startedAt: 9 }))
  })

  it('filters by every field, and by several together', async () => {
    const { store } = subject()
    for (let i = 0; i < 12; i++) {
      const status = (['running', 'completed', 'failed'] as const)[i % 3] ?? 'running'
      const changes = { startedAt: i, status, agentId: `a${i % 2}`, workflowId: `w${i % 4}` }
      await commitAll(store, session(`s${i}`, 0, { head: changes }))
    }
    const list = async (filter: object) => ids(await everyPage((page) => store.listSessions(filter, page)))
    expect(await list({ status: ['failed'] })).toEqual(['s11', 's8', 's5', 's2'])
    expect(await list({ status: ['failed', 'running'], agentId: ['a1'] })).toEqual(['s11', 's9', 's5', 's3'])
    expect(await list({ agentId: ['a0', 'a1'], workflowId: ['w0', 'w3'] })).toEqual([
      's11',
      's8',
      's7',
      's4',
      's3',
      's0',
    ])
    expect(await list({ startedFrom: 3, startedTo: 5 })).toEqual(['s5', 's4', 's3'])
    expect(await list({ workflowId: ['w1'], startedTo: 5 })).toEqual(['s5', 's1'])
    expect(await list({ agentId: Array.from({ length: 40 }, (_, i) => `a${i}`), startedFrom: 10 })).toEqual([
      's11',
      's10',
    ])
    expect(await list({ agentId: ['nobody'] })).toEqual([])
  })

  it('follows a session as its status changes', async () => {
    const { store } = subject()
    await commitAll(store, session('s', 0), session('s', 1, { head: { status: 'cancelled', endedAt: 4 } }))
    expect((await store.listSessions({ status: ['running'] }, { limit: 5 })).items).toEqual([])
    expect(ids((await store.listSessions({ status: ['cancelled'] }, { limit: 5 })).items)).toEqual(['s'])
  })

  it('goes on with the next session while new ones start', async () => {
    const { store } = subject()
    await commitAll(store, ...[1, 2, 3, 4, 5].map((n) => session(`s${n}`, 0, { head: { startedAt: n } })))
    let next = 6
    const listed = await everyPage(
      (page) => store.listSessions({ agentId: ['a'] }, page),
      2,
      async () => {
        await commitAll(store, session(`s${next}`, 0, { head: { startedAt: next } }))
        next += 1
      },
    )
    expect(ids(listed)).toEqual(['s5', 's4', 's3', 's2', 's1'])
  })

  it('shows a session’s events oldest first, with all that they say', async () => {
    const { store } = subject()
    const about = { sessionId: 's', taskId: 's.1', taskDefinitionId: 'step_0', attempt: 2, agentId: 'a' }
    const running = { type: 'task.running', time: 2, ...about, data: {} } as const
    const completed = { type: 'task.completed', time: 3, ...about, data: { result: [1] } } as const
    await commitAll(store, session('s', 0), session('t', 0), session('s', 1, { events: [running, completed] }))
    const events = await everyPage((page) => store.sessionEvents('s', page))
    expect(events).toEqual([
      { type: 'session.started', time: 1, sessionId: 's', data: {}, partition: 0, position: 1 },
      { ...running, partition: 0, position: 3 },
      { ...completed, partition: 0, position: 4 },
    ])
    expect(await store.sessionEvents('nobody', { limit: 2 })).toEqual({ items: [], next: null })
  })

  it('shows the same events newest first, those of a short start too, and goes on though more happens', async () => {
    const { store } = subject()
    const s = '01a21492-bbcb-71f7-80f4-706186159409'
    const later = Array.from(
      { length: 40 },
      (_, n) => ({ type: 'task.running', time: n, sessionId: s, data: {} }) as const,
    )
    await commitAll(store, shortStart(s, 'agent:a'), session('t', 0), session(s, 1, { events: later }))
    const oldestFirst = await everyPage((page) => store.sessionEvents(s, page), 7)
    for (const limit of [1, 2, 7, 99]) {
      const newestFirst = await everyPage((page) => store.sessionEvents(s, { ...page, order: 'desc' }), limit)
      expect(newestFirst).toEqual(oldestFirst.toReversed())
    }
    let version = 2
    const withMore = await everyPage(
      (page) => store.sessionEvents(s, { ...page, order: 'desc' }),
      9,
      async () => commitAll(store, session(s, version++, { events: later.slice(0, 1) })),
    )
    expect(withMore).toEqual(oldestFirst.toReversed())
    expect(await store.sessionEvents('nobody', { limit: 2, order: 'desc' })).toEqual({ items: [], next: null })
  })
}
