import { expect, it } from 'vitest'
import type { PendingEffect } from '../../src/core/effect.ts'
import { commitAll, register, report, session, waiter } from './commits.ts'
import { everyPage } from './pages.ts'
import type { Subject } from './store-contract.ts'

export function workContract(subject: () => Subject): void {
  const effect = (id: string): PendingEffect => ({
    id,
    effect: { type: 'lost', sessionId: 's', attemptId: 's.1.1', agentId: 'a', reason: `of ${id}` },
  })

  it('keeps effects until a commit or `settle` names them, in the order of their commits', async () => {
    const { store } = subject()
    await commitAll(
      store,
      register('b', { effects: [effect('z'), effect('y')] }),
      register('a', { effects: [effect('x')] }),
    )
    const pending = () => everyPage((page) => store.pendingEffects(page))
    expect(await pending()).toEqual([effect('z'), effect('y'), effect('x')])
    await commitAll(store, session('s', 0, { done: ['y', 'unknown'], effects: [effect('w')] }))
    expect(await pending()).toEqual([effect('z'), effect('x'), effect('w')])
    await store.settle(['z', 'w'])
    await store.settle(['z'])
    await store.settle([])
    expect(await pending()).toEqual([effect('x')])
  })

  it('shows every effect that was there from the start while others come and go', async () => {
    const { store } = subject()
    const ids = ['e1', 'e2', 'e3', 'e4', 'e5']
    await commitAll(store, register('a', { effects: ids.map(effect) }))
    let version = 1
    const seen = await everyPage(
      (page) => store.pendingEffects(page),
      2,
      async () => {
        await commitAll(
          store,
          report('a', version, { done: [ids[version - 1] ?? ''], effects: [effect(`n${version}`)] }),
        )
        version += 1
      },
    )
    expect(seen.map((each) => each.id)).toEqual(expect.arrayContaining(ids))
  })

  it('orders a line by priority, then age, then attempt', async () => {
    const { store } = subject()
    const join = [
      waiter('late', { since: 9 }),
      waiter('b', { since: 3 }),
      waiter('a', { since: 3 }),
      waiter('urgent', { priority: 9, since: 20 }),
      waiter('patient', { priority: 0, since: 0 }),
    ]
    await commitAll(store, session('s', 0, { waiters: { join, leave: [] } }))
    const line = await store.waiters(['capability:work'], 9)
    expect(line.map((each) => each.attemptId)).toEqual(['urgent', 'a', 'b', 'late', 'patient'])
    expect(line[1]).toEqual(waiter('a', { since: 3 }))
    expect((await store.waiters(['capability:work'], 2)).map((each) => each.attemptId)).toEqual(['urgent', 'a'])
  })

  it('merges several lines in their common order', async () => {
    const { store } = subject()
    const join = [
      waiter('a1', { line: 'agent:a', since: 1 }),
      waiter('w2', { since: 2 }),
      waiter('a3', { line: 'agent:a', since: 3 }),
      waiter('w9', { since: 4, priority: 9 }),
      waiter('other', { line: 'agent:b', priority: 9 }),
    ]
    await commitAll(store, session('s', 0, { waiters: { join, leave: [] } }))
    const found = await store.waiters(['agent:a', 'capability:work', 'agent:a', 'agent:nobody'], 3)
    expect(found.map((each) => each.attemptId)).toEqual(['w9', 'a1', 'w2'])
    expect(await store.waiters([], 3)).toEqual([])
  })

  it('moves a waiter that joins again, and takes out one that leaves', async () => {
    const { store } = subject()
    await commitAll(
      store,
      session('s', 0, { waiters: { join: [waiter('1'), waiter('2')], leave: [] } }),
      session('s', 1, { waiters: { join: [waiter('1', { line: 'agent:a' })], leave: ['2', 'unknown'] } }),
    )
    expect(await store.waiters(['capability:work'], 9)).toEqual([])
    expect(await store.waiters(['agent:a'], 9)).toEqual([waiter('1', { line: 'agent:a' })])
    expect(await store.openLines({ limit: 9 })).toEqual({ items: ['agent:a'], next: null })
  })

  it('joins after leaving where a commit does both', async () => {
    const { store } = subject()
    await commitAll(store, session('s', 0, { waiters: { join: [waiter('1')], leave: [] } }))
    await commitAll(store, session('s', 1, { waiters: { join: [waiter('1', { line: 'l' })], leave: ['1'] } }))
    expect(await store.openLines({ limit: 9 })).toEqual({ items: ['l'], next: null })
  })

  it('lists the lines that somebody stands in, each once, by name', async () => {
    const { store } = subject()
    const lines = ['capability:b', 'agent:z', 'capability:ä', 'agent:a', 'capability:b', 'capability:\ud83d\ude00']
    const join = lines.map((line, i) => waiter(`w${i}`, { line }))
    await commitAll(store, session('s', 0, { waiters: { join, leave: [] } }))
    const expected = ['agent:a', 'agent:z', 'capability:b', 'capability:ä', 'capability:\ud83d\ude00']
    expect(await everyPage((page) => store.openLines(page))).toEqual(expected)
  })

  it('lists who wants to be looked at, by kind and id, at their last word', async () => {
    const { store } = subject()
    await commitAll(
      store,
      ...['c', 'a', 'b'].map((id) => register(id, { wakeAt: 10 })),
      ...['t', 's'].map((id) => session(id, 0, { wakeAt: 20.5 })),
      report('b', 1, { wakeAt: null }),
      report('c', 1, { wakeAt: 30 }),
      session('t', 1, { wakeAt: 40 }),
    )
    const expected = [
      { kind: 'agent', id: 'a', version: 1, at: 10 },
      { kind: 'agent', id: 'c', version: 2, at: 30 },
      { kind: 'session', id: 's', version: 1, at: 20.5 },
      { kind: 'session', id: 't', version: 2, at: 40 },
    ]
    for (const limit of [1, 2, 3, 9]) expect(await everyPage((page) => store.wakeUps(page), limit)).toEqual(expected)
  })
}
