import { expect, it } from 'vitest'
import type { CommittedEvent, EventDraft } from '../../src/core/event.ts'
import { commitAll, register, report, session, stateChanged } from './commits.ts'
import { everyPage } from './pages.ts'
import type { Subject } from './subject.ts'

export function eventContract(subject: () => Subject): void {
  it('begins before the first position', async () => {
    const { store } = subject()
    expect([await store.head(), await store.trimmed(), store.partitions]).toEqual([[0], [0], 1])
    expect(await store.events([0], 10)).toEqual([])
  })

  it('gives agents’ and sessions’ events one order without a gap, of committed events alone (3)', async () => {
    const { store } = subject()
    await commitAll(store, register('a'), session('s', 0))
    await Promise.all([store.commit(report('a', 9)), store.commit(session('s', 9)), store.commit(report('a', 1))])
    await commitAll(
      store,
      session('s', 1, { events: [] }),
      report('a', 2, { events: [stateChanged('a'), stateChanged('a')] }),
    )
    const events = await store.events([0], 10)
    expect(events.map((event) => event.position)).toEqual([1, 2, 3, 4, 5])
    expect(events.map((event) => event.sessionId ?? event.agentId)).toEqual(['a', 's', 'a', 'a', 'a'])
    expect(await store.head()).toEqual([5])
  })

  it('goes on exactly behind a cursor, at most `limit` at a time', async () => {
    const { store } = subject()
    await commitAll(store, register('a'), session('s', 0), report('a', 1), session('s', 1), report('a', 2))
    const positions = async (after: number, limit: number) =>
      (await store.events([after], limit)).map((event) => event.position)
    expect(await positions(0, 2)).toEqual([1, 2])
    expect(await positions(2, 2)).toEqual([3, 4])
    expect(await positions(4, 2)).toEqual([5])
    expect(await positions(5, 2)).toEqual([])
    expect(await positions(99, 2)).toEqual([])
  })

  it('gives fewer events at a time where they are heavy, though one at least', async () => {
    const { store } = subject()
    const heavy = () => ({ events: [stateChanged('a', { data: { state: 'x'.repeat(1_000) } })] })
    await commitAll(store, register('a'), report('a', 1, heavy()), report('a', 2, heavy()), report('a', 3, heavy()))
    const positions = async (after: number, characters: number) =>
      (await store.events([after], 9, characters)).map((event) => event.position)
    expect(await positions(1, 1)).toEqual([2])
    expect(await positions(1, 1_500)).toEqual([2, 3])
    expect(await positions(1, 9_999)).toEqual([2, 3, 4])
    expect(await positions(4, 1)).toEqual([])
  })

  it('gives as many events at a time as there may be where they are light', async () => {
    const { store } = subject()
    await commitAll(store, register('a'), ...Array.from({ length: 99 }, (_, version) => report('a', version + 1)))
    const positions = async (limit: number) =>
      (await store.events([0], limit, 1_000_000)).map((event) => event.position)
    const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)
    for (const limit of [1, 16, 17, 50, 100]) expect(await positions(limit)).toEqual(upTo(limit))
    expect(await positions(200)).toEqual(upTo(100))
  })

  it('goes on within a commit of many events, be it a session’s first, and gives each as it was', async () => {
    const { store } = subject()
    const of = (sessionId: string, place: number, more: Partial<EventDraft> = {}): EventDraft => {
      const about = { sessionId, taskId: `${sessionId}.${place}`, taskDefinitionId: `t${place}`, attempt: place }
      return { type: 'task.scheduled', time: place, ...about, data: { payload: { place, text: '",\n' } }, ...more }
    }
    const begun: EventDraft = { type: 'session.started', time: 1, sessionId: 's', data: { input: null } }
    const first = [begun, of('s', 1), of('s', 12, { agentId: 'a' }), of('s', 3, { taskId: 'elsewhere.1' })]
    const later = [of('s', 4), { ...of('s', 5), attempt: undefined }, begun]
    await commitAll(store, register('a'), session('s', 0, { events: first }), session('s', 1, { events: later }))
    const plain = (events: object[]): object[] => JSON.parse(JSON.stringify(events))
    const committed = plain([...first, ...later].map((draft, n) => ({ ...draft, partition: 0, position: n + 2 })))
    const own = await everyPage((page) => store.sessionEvents('s', page), 2)
    expect(plain(own)).toEqual(committed)
    for (const after of [1, 2, 3, 4, 5, 6, 7, 8]) {
      expect(plain(await store.events([after], 2))).toEqual(committed.slice(after - 1, after + 1))
      expect(plain(await store.events([after], 9, 1))).toEqual(committed.slice(after - 1, after))
    }
  })

  it('announces committed events in order, readable when they are heard', async () => {
    const { store } = subject()
    const heard: CommittedEvent[] = []
    const read: Promise<unknown>[] = []
    store.onCommitted((events) => {
      heard.push(...events)
      for (const { agentId } of events) read.push(store.loadAgent(agentId ?? ''))
    })
    const ids = Array.from({ length: 40 }, (_, i) => `a${i}`)
    await Promise.all(
      ids.flatMap((id) => [store.commit(register(id)), store.commit(report(id, 7)), store.commit(report(id, 1))]),
    )
    expect(heard).toEqual(await store.events([0], 100))
    expect(heard).toHaveLength(80)
    expect(await Promise.all(read)).not.toContain(null)
  })

  it('announces no more to a listener that has ended, and goes on past one that fails', async () => {
    const { store, logged } = subject()
    const heard: string[] = []
    const end = store.onCommitted(() => heard.push('first'))
    store.onCommitted(() => {
      throw new Error('broken')
    })
    store.onCommitted(() => heard.push('second'))
    await commitAll(store, register('a'))
    end()
    await commitAll(store, report('a', 1))
    expect(heard).toEqual(['first', 'second', 'second'])
    expect(logged).toEqual(Array(2).fill('A listener failed on committed events'))
  })
}
