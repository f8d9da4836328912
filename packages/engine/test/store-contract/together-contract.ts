import { expect, it } from 'vitest'
import type { CommittedEvent } from '../../src/core/event.ts'
import {
  agentRef,
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
import type { Subject } from './subject.ts'

const [one, two, three] = [neighbour(1), neighbour(2), neighbour(3)]
const record = (key: string) => ({ key, fingerprint: 'f', answer: null, expiresAt: Number.MAX_SAFE_INTEGER })

/** Commits of several aggregates that go along with each other. */
export function togetherContract(subject: () => Subject): void {
  it('says of aggregates whether they lie together', () => {
    const { store } = subject()
    expect(store.together(sessionRef(one), sessionRef(two))).toBe(true)
    expect(store.together(agentRef('a'), agentRef('a'))).toBe(true)
  })

  it('takes commits that go along as one, with all that each of them holds (1)', async () => {
    const { store } = subject()
    await commitAll(store, session(one, 0, { tasks: [task(one, 0)] }))
    const step = session(one, 1, {
      tasks: [task(one, 1)],
      effects: [effect(sessionRef(one), 2)],
      waiters: { join: [waiter('1', { line: 'agent:a' }, `${one}.2`)], leave: [] },
    })
    const begun = shortStart(two, 'agent:b')
    expect(await store.commit(step, [begun, session(three, 0)])).toEqual({ ok: true, version: 2 })
    expect((await store.loadSession(one))?.state.tasks).toHaveLength(2)
    expect(await store.loadSession(two)).toMatchObject({ version: 1, state: { head: begun.head } })
    expect((await store.loadSession(three))?.version).toBe(1)
    expect((await store.openLines({ limit: 5 })).items).toEqual(['agent:a', 'agent:b'])
    expect((await store.pendingEffects({ limit: 5 })).items).toEqual([effect(sessionRef(one), 2)])
    const settled = session(two, 1, { tasks: begun.tasks, done: [effect(sessionRef(one), 2).id] })
    expect(await store.commit(session(one, 2), [settled])).toEqual({ ok: true, version: 3 })
    expect((await store.pendingEffects({ limit: 5 })).items).toEqual([])
  })

  it.each([0, 1, 2])('takes none of them where number %i was decided on another version (1, 2)', async (stale) => {
    const { store } = subject()
    await commitAll(store, session(one, 0), session(two, 0))
    const begun = shortStart(three, 'agent:b')
    const commits = [session(one, 1, { effects: [effect(sessionRef(one), 2)] }), session(two, 1), begun]
    const [first, ...along] = commits.map((commit, index) =>
      index === stale ? { ...commit, expectedVersion: commit.expectedVersion + 7 } : commit,
    )
    if (!first) throw new Error('There are three')
    const head = await store.head()
    expect(await store.commit(first, along)).toEqual({ ok: false, reason: 'conflict' })
    expect(await store.head()).toEqual(head)
    expect((await store.loadSession(one))?.version).toBe(1)
    expect((await store.loadSession(two))?.version).toBe(1)
    expect(await store.loadSession(three)).toBeNull()
    expect((await store.pendingEffects({ limit: 5 })).items).toEqual([])
    expect((await store.openLines({ limit: 5 })).items).toEqual([])
  })

  it('takes none of them where a once-record of one is there, and says which (1)', async () => {
    const { store } = subject()
    await commitAll(store, session(one, 0, { once: [record('k')] }), session(two, 0))
    const result = await store.commit(session(one, 1), [session(two, 1, { once: [record('k')] })])
    expect(result).toEqual({ ok: false, reason: 'duplicate', records: [record('k')] })
    expect((await store.loadSession(one))?.version).toBe(1)
  })

  it('takes none of them where one cannot be written (1, 5)', async () => {
    const { store } = subject()
    const agentId = 'unregistered'
    const { registration: _, ...unregistered } = { ...register(agentId), registration: undefined }
    const neighbours = [...Array(4_096).keys()].map(
      (n) => `00000000-0000-7000-8000-000000000${n.toString(16).padStart(3, '0')}`,
    )
    const near = neighbours.find((id) => store.together(agentRef(agentId), sessionRef(id))) ?? ''
    const [broken, other] = await Promise.allSettled([
      store.commit(session(near, 0), [unregistered]),
      store.commit(register('c')),
    ])
    expect(broken?.status).toBe('rejected')
    expect(other?.status).toBe('fulfilled')
    expect(await store.loadSession(near)).toBeNull()
    expect(await store.loadAgent(agentId)).toBeNull()
  })

  it('lets a commit alone, one with company and a report share a batch (5)', async () => {
    const { store } = subject()
    await commitAll(store, register('a'), session(one, 0), session(two, 0))
    const results = await Promise.all([
      store.commit(report('a', 1)),
      store.commit(session(one, 1), [session(two, 1)]),
      store.commit(session(two, 1)),
      store.commit(session(three, 0)),
    ])
    expect(results.map(({ ok }) => ok)).toEqual([true, true, false, true])
  })

  it('announces what went along in the order of the commits (3)', async () => {
    const { store } = subject()
    const heard: CommittedEvent[] = []
    const deafen = store.onCommitted((events) => heard.push(...events))
    await store.commit(session(one, 0), [session(two, 0), shortStart(three, 'agent:b')])
    await expect.poll(() => heard.length).toBe(4)
    deafen()
    expect(heard.map(({ sessionId }) => sessionId)).toEqual([one, two, three, three])
    expect(await store.events([0], 10)).toEqual(heard)
  })
}
