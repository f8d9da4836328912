import { expect, it } from 'vitest'
import type { PendingEffect } from '../../src/core/effect.ts'
import type { SessionCommit } from '../../src/ports/store.ts'
import {
  agentRef,
  attemptId,
  commitAll,
  effect,
  neighbour,
  register,
  report,
  session,
  sessionRef,
  shortStart,
  task,
  waiter,
} from './commits.ts'
import { everyPage } from './pages.ts'
import type { Subject } from './subject.ts'

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)

export function workContract(subject: () => Subject): void {
  const sorted = (effects: PendingEffect[]) => effects.toSorted(byId)

  it('keeps effects until a commit or `settle` names them, each with its time', async () => {
    const { store } = subject()
    const [first, second] = [effect(agentRef('b'), 1, 0, 5), effect(agentRef('b'), 1, 1, 5)]
    const [other, last] = [effect(agentRef('a'), 1, 0, 7), effect(sessionRef('s'), 1, 0, 9)]
    await commitAll(store, register('b', { effects: [first, second] }), register('a', { effects: [other] }))
    const pending = async () => sorted(await everyPage((page) => store.pendingEffects(page)))
    expect(await pending()).toEqual([other, first, second])
    await commitAll(store, session('s', 0, { done: [second.id, 'agent:unknown@1.0'], effects: [last] }))
    expect(await pending()).toEqual([other, first, last])
    await store.settle([first.id, last.id])
    await store.settle([first.id])
    await store.settle([])
    expect(await pending()).toEqual([other])
  })

  it('gives the effects of one aggregate in the order of its commits', async () => {
    const { store } = subject()
    const own = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((index) => effect(agentRef('a'), 1, index))
    const next = effect(agentRef('a'), 10)
    await commitAll(
      store,
      register('a', { effects: own }),
      register('a@1', { effects: [effect(agentRef('a@1'), 1)] }),
      register('ab', { effects: [effect(agentRef('ab'), 1)] }),
      session('a', 0, { effects: [effect(sessionRef('a'), 1)] }),
      report('a', 1, { effects: [next], done: [own[1]?.id ?? ''] }),
    )
    expect(await store.effectsOf(agentRef('a'))).toEqual([...own.toSpliced(1, 1), next])
    expect(await store.effectsOf(agentRef('a@1'))).toEqual([effect(agentRef('a@1'), 1)])
    expect(await store.effectsOf(sessionRef('a'))).toEqual([effect(sessionRef('a'), 1)])
    expect(await store.effectsOf(sessionRef('b'))).toEqual([])
  })

  it('gives only the effects of a time or before where asked to', async () => {
    const { store } = subject()
    const effects = [30, 10, 20, 40].map((at, index) => effect(agentRef('a'), 1, index, at))
    await commitAll(store, register('a', { effects }))
    const before = async (time: number) =>
      (await everyPage((page) => store.pendingEffects({ ...page, before: time }))).map(({ at }) => at).sort()
    expect([await before(9), await before(20), await before(99)]).toEqual([[], [10, 20], [10, 20, 30, 40]])
  })

  it('shows every effect that was there from the start while others come and go', async () => {
    const { store } = subject()
    const effects = [0, 1, 2, 3, 4].map((index) => effect(agentRef('a'), 1, index))
    await commitAll(store, register('a', { effects }))
    const ids = effects.map(({ id }) => id)
    let version = 1
    const seen = await everyPage(
      (page) => store.pendingEffects(page),
      2,
      async () => {
        const done = [ids[version - 1] ?? '']
        await commitAll(store, report('a', version, { done, effects: [effect(agentRef('a'), version + 1)] }))
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
    expect(line.map((each) => each.attemptId)).toEqual(
      ['urgent', 'a', 'b', 'late', 'patient'].map((attempt) => attemptId(attempt)),
    )
    expect(line[1]).toEqual(waiter('a', { since: 3 }))
    expect((await store.waiters(['capability:work'], 2)).map((each) => each.attemptId)).toEqual([
      attemptId('urgent'),
      attemptId('a'),
    ])
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
    expect(found.map((each) => each.attemptId)).toEqual(['w9', 'a1', 'w2'].map((attempt) => attemptId(attempt)))
    expect(await store.waiters([], 3)).toEqual([])
  })

  it('finds who waits since a short session began, until they leave, move, or their session goes on and they stay', async () => {
    const { store } = subject()
    const ids = Array.from({ length: 12 }, (_, n) => neighbour(n))
    const starts = ids.map((id, n) => shortStart(id, n % 2 === 0 ? 'capability:work' : 'agent:a', { startedAt: n }))
    await commitAll(store, ...starts)
    const standing = async (line: string) => {
      const found = await store.waiters([line], 99)
      expect(found.every((each) => each.line === line && each.attemptId === `${each.sessionId}.1.1`)).toBe(true)
      return found.map(({ sessionId }) => ids.indexOf(sessionId))
    }
    expect([await standing('capability:work'), await standing('agent:a')]).toEqual([
      [0, 2, 4, 6, 8, 10],
      [1, 3, 5, 7, 9, 11],
    ])
    const goOn = (n: number, waiters: Partial<SessionCommit['waiters']>) => {
      const id = ids[n] ?? ''
      const attempt = `${id}.1.1`
      const moved = { join: [], leave: [], ...waiters, ...(waiters.leave ? { leave: [attempt] } : {}) }
      return session(id, 1, { events: [], wakeAt: 7, tasks: [task(id, 0)], waiters: moved })
    }
    await commitAll(store, goOn(0, { leave: [''] }), goOn(3, { leave: [''] }), goOn(4, {}), goOn(5, {}))
    await commitAll(store, goOn(6, { join: [waiter('1', { line: 'agent:b', since: 6 }, `${ids[6]}.1`)] }))
    const expected = [[2, 4, 8, 10], [1, 5, 7, 9, 11], [6]]
    const lines = ['capability:work', 'agent:a', 'agent:b']
    expect(await Promise.all(lines.map(standing))).toEqual(expected)
    expect((await store.openLines({ limit: 9 })).items).toEqual(['agent:a', 'agent:b', 'capability:work'])
    expect(await everyPage((page) => store.lineLengths(page), 2)).toEqual([
      { line: 'agent:a', waiting: 5 },
      { line: 'agent:b', waiting: 1 },
      { line: 'capability:work', waiting: 4 },
    ])
    expect((await store.waiters(lines, 3)).map(({ since }) => since)).toEqual([1, 2, 4])
    const wakes = await everyPage((page) => store.wakeUps(page), 5)
    expect(wakes.map(({ id, at }) => [ids.indexOf(id), at]).sort()).toEqual(
      ids.map((_, n) => [n, [0, 3, 4, 5, 6].includes(n) ? 7 : 99]).sort(),
    )
    for (const [n, id] of ids.entries()) {
      const done = { status: 'completed' as const, endedAt: 99 }
      const version = [0, 3, 4, 5, 6].includes(n) ? 2 : 1
      await commitAll(store, session(id, version, { head: done, waiters: { join: [], leave: [`${id}.1.1`] } }))
    }
    expect((await store.openLines({ limit: 9 })).items).toEqual([])
    expect(await everyPage((page) => store.wakeUps(page))).toEqual([])
  })

  it('moves a waiter that joins again, and takes out one that leaves', async () => {
    const { store } = subject()
    await commitAll(
      store,
      session('s', 0, { waiters: { join: [waiter('1'), waiter('2')], leave: [] } }),
      session('s', 1, { waiters: { join: [waiter('1', { line: 'agent:a' })], leave: [attemptId('2'), 'unknown'] } }),
    )
    expect(await store.waiters(['capability:work'], 9)).toEqual([])
    expect(await store.waiters(['agent:a'], 9)).toEqual([waiter('1', { line: 'agent:a' })])
    expect(await store.openLines({ limit: 9 })).toEqual({ items: ['agent:a'], next: null })
  })

  it('joins after leaving where a commit does both', async () => {
    const { store } = subject()
    await commitAll(store, session('s', 0, { waiters: { join: [waiter('1')], leave: [] } }))
    await commitAll(
      store,
      session('s', 1, { waiters: { join: [waiter('1', { line: 'l' })], leave: [attemptId('1')] } }),
    )
    expect(await store.openLines({ limit: 9 })).toEqual({ items: ['l'], next: null })
  })

  it('lists the lines that somebody stands in, each once, by name', async () => {
    const { store } = subject()
    const lines = ['capability:b', 'agent:z', 'capability:ä', 'agent:a', 'capability:b', 'capability:\ud83d\ude00']
    const join = lines.map((line, i) => waiter(`w${i}`, { line }))
    await commitAll(store, session('s', 0, { waiters: { join, leave: [] } }))
    const expected = ['agent:a', 'agent:z', 'capability:b', 'capability:ä', 'capability:\ud83d\ude00']
    expect(await everyPage((page) => store.openLines(page))).toEqual(expected)
    const lengths = expected.map((line) => ({ line, waiting: line === 'capability:b' ? 2 : 1 }))
    for (const limit of [1, 2, 99]) {
      expect(await everyPage((page) => store.lineLengths(page), limit)).toEqual(lengths)
    }
  })

  it('lists who wants to be looked at, each once at its last word', async () => {
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
    const listed = async (limit: number, bound: { before?: number } = {}) =>
      (await everyPage((page) => store.wakeUps({ ...page, ...bound }), limit)).toSorted(byId)
    for (const limit of [1, 2, 3, 9]) expect(await listed(limit)).toEqual(expected)
    for (const limit of [1, 9]) expect(await listed(limit, { before: 30 })).toEqual(expected.slice(0, 3))
    expect(await listed(2, { before: 9 })).toEqual([])
  })
}
