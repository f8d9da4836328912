import { expect, it } from 'vitest'
import { StoreUnavailableError } from '../../src/ports/store.ts'
import {
  agentRef,
  commitAll,
  effect,
  live,
  neighbour,
  register,
  report,
  session,
  sessionRef,
  stateChanged,
  task,
} from './commits.ts'
import { everyPage } from './pages.ts'
import type { Subject } from './subject.ts'

export function commitContract(subject: () => Subject): void {
  it('reads back what a resolved commit wrote (4)', async () => {
    const { store } = subject()
    const busy = live({ state: 'active', details: { deep: [{ ü: '\u0000 "\ud83d\ude00' }] } })
    await commitAll(store, register('a'), report('a', 1, { live: busy }))
    expect(await store.loadAgent('a')).toMatchObject({
      version: 2,
      state: { live: busy, registration: { agentId: 'a' } },
    })
  })

  it('refuses a commit that was decided on another version (2)', async () => {
    const { store } = subject()
    await commitAll(store, register('a'))
    expect(await store.commit(register('a'))).toEqual({ ok: false, reason: 'conflict' })
    expect(await store.commit(report('a', 2))).toEqual({ ok: false, reason: 'conflict' })
    expect(await store.commit(report('unknown', 1))).toEqual({ ok: false, reason: 'conflict' })
    expect(await store.commit(session('s', 1))).toEqual({ ok: false, reason: 'conflict' })
    expect(await store.commit(report('a', 1))).toEqual({ ok: true, version: 2 })
  })

  it('leaves nothing of a refused commit behind (1)', async () => {
    const { store } = subject()
    await commitAll(store, session('s', 0, { tasks: [task('s', 0)] }))
    const refused = session('s', 7, {
      head: { status: 'completed', definitionHash: 'other' },
      tasks: [task('s', 1)],
      waiters: {
        join: [{ attemptId: 's.1.1', sessionId: 's', taskId: 's.1', line: 'l', priority: 1, since: 1 }],
        leave: [],
      },
      effects: [effect(sessionRef('s'), 8)],
      once: [{ key: 'k', fingerprint: 'f', answer: null, expiresAt: Number.MAX_SAFE_INTEGER }],
      definition: { hash: 'other', definition: { id: 'other', tasks: [] } },
    })
    expect((await store.commit(refused)).ok).toBe(false)
    expect(await store.head()).toEqual([1])
    expect((await store.loadSession('s'))?.state.tasks).toHaveLength(1)
    expect(await store.openLines({ limit: 5 })).toEqual({ items: [], next: null })
    expect(await store.pendingEffects({ limit: 5 })).toEqual({ items: [], next: null })
    expect(await store.findOnce('k', sessionRef('s'), 0)).toBeNull()
    expect(await store.getDefinition('other')).toBeNull()
  })

  it('leaves nothing of a commit that cannot be written, and spoils no other with it (1, 5)', async () => {
    const { store } = subject()
    const faulty = { ...register('b'), registration: undefined, effects: [effect(agentRef('b'), 1)] }
    const { registration: _, ...withoutRegistration } = faulty
    const results = await Promise.allSettled([
      store.commit(register('a')),
      store.commit(withoutRegistration),
      store.commit(register('c')),
    ])
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await store.loadAgent('b')).toBeNull()
    expect(await store.head()).toEqual([2])
    expect(await store.countAgents()).toBe(2)
    expect((await store.pendingEffects({ limit: 5 })).items).toEqual([])
    expect((await store.events([0], 9)).map((event) => event.agentId)).toEqual(['a', 'c'])
  })

  it('takes one of those that were decided on the same version', async () => {
    const { store } = subject()
    await commitAll(store, register('a'))
    const results = await Promise.all(Array.from({ length: 20 }, () => store.commit(report('a', 1))))
    expect(results.filter((result) => result.ok)).toHaveLength(1)
    expect((await store.loadAgent('a'))?.version).toBe(2)
  })

  it('keeps a thousand commits at once on fifty aggregates apart (1–5)', async () => {
    const { store } = subject()
    const ids = Array.from({ length: 50 }, (_, i) => `agent-${i}`)
    const commits = Array.from({ length: 20 }, (_, version) =>
      ids.map((id) =>
        version === 0 ? register(id) : report(id, version, { events: [stateChanged(id, { time: version })] }),
      ),
    ).flat()
    const results = await Promise.all(commits.map((commit) => store.commit(commit)))
    expect(results.every((result) => result.ok)).toBe(true)
    const events = await store.events([0], 2_000)
    expect(events.map((event) => event.position)).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1))
    for (const id of ids) {
      expect((await store.loadAgent(id))?.version).toBe(20)
      const times = (await everyPage((page) => store.agentHistory(id, page), 7)).map((event) => event.time)
      expect(times).toEqual([...Array.from({ length: 19 }, (_, i) => 19 - i), 1])
    }
  })

  it('shows an acknowledged commit to the read that follows at once, under load (4)', async () => {
    const { store } = subject()
    await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const id = `agent-${i}`
        await commitAll(store, register(id))
        expect((await store.loadAgent(id))?.version).toBe(1)
        await commitAll(store, report(id, 1, { live: live({ state: `s${i}` }) }))
        expect((await store.loadAgent(id))?.state.live.state).toBe(`s${i}`)
        expect((await store.agentHistory(id, { limit: 5 })).items).toHaveLength(2)
      }),
    )
    expect(await store.head()).toEqual([200])
  })

  it('counts a once-record’s commit once, and hands out what it was answered', async () => {
    const { store, clock } = subject()
    const record = { key: 'k', fingerprint: 'f', answer: { deep: [1] }, expiresAt: clock.now() + 100 }
    await commitAll(store, register('a', { once: [record] }))
    const again = await store.commit(report('a', 1, { once: [{ ...record, fingerprint: 'g' }] }))
    expect(again).toEqual({ ok: false, reason: 'duplicate', records: [record] })
    expect((await store.loadAgent('a'))?.version).toBe(1)
    expect(await store.findOnce('k', agentRef('a'), clock.now())).toEqual(record)
  })

  it('calls a repeat a duplicate even where the aggregate has moved on', async () => {
    const { store, clock } = subject()
    const once = [{ key: 'k', fingerprint: 'f', answer: null, expiresAt: clock.now() + 100 }]
    await commitAll(store, register('a', { once }))
    expect(await store.commit(register('a', { once }))).toMatchObject({ reason: 'duplicate' })
  })

  it('frees a key when its record expires, and replaces it', async () => {
    const { store, clock } = subject()
    const record = { key: 'k', fingerprint: 'f', answer: 1, expiresAt: clock.now() + 100 }
    await commitAll(store, register('a', { once: [record] }))
    clock.advance(100)
    expect(await store.findOnce('k', agentRef('a'), clock.now())).toBeNull()
    const next = { ...record, answer: 2, expiresAt: clock.now() + 100 }
    await commitAll(store, report('a', 1, { once: [next] }))
    expect(await store.findOnce('k', agentRef('a'), clock.now())).toEqual(next)
  })

  it('takes one of several commits at once with the same key', async () => {
    const { store, clock } = subject()
    const once = [{ key: 'k', fingerprint: 'f', answer: null, expiresAt: clock.now() + 1 }]
    const commits = Array.from({ length: 10 }, (_, i) => store.commit(session(neighbour(i), 0, { once })))
    expect((await Promise.all(commits)).filter((result) => result.ok)).toHaveLength(1)
    expect((await store.countSessions()).running).toBe(1)
  })

  it('does not change with what was handed in or given out', async () => {
    const { store } = subject()
    const given = register('a', { live: live({ details: { n: 1 } }) })
    const taken = store.commit(given)
    given.live.state = 'changed'
    given.registration?.capabilities.push('changed')
    await taken
    const first = await store.loadAgent('a')
    if (first?.state.live.details) first.state.live.details.n = 2
    first?.state.registration.capabilities.push('changed')
    const [candidate] = await store.candidates('work', 1)
    candidate?.capabilities.push('changed')
    expect((await store.loadAgent('a'))?.state.live).toMatchObject({ state: 'idle', details: { n: 1 } })
    expect((await store.loadAgent('a'))?.state.registration.capabilities).toEqual(['work'])
    expect((await store.candidates('work', 1))[0]?.capabilities).toEqual(['work'])
  })

  it('takes no commit once it is closed, and closes twice', async () => {
    const { store } = subject()
    const underWay = store.commit(register('a'))
    const closed = store.close()
    await expect(store.commit(register('b'))).rejects.toBeInstanceOf(StoreUnavailableError)
    expect((await underWay).ok).toBe(true)
    await closed
    await store.close()
  })
}
