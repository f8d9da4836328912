import { expect, it } from 'vitest'
import type { CommittedEvent } from '../../src/core/event.ts'
import type { Store } from '../../src/ports/store.ts'
import {
  agentRef,
  commitAll,
  effect,
  entry,
  neighbour,
  register,
  report,
  session,
  sessionRef,
  stateChanged,
  waiter,
} from './commits.ts'
import { everyPage } from './pages.ts'

/** Two processes' stores over the same truth. */
export interface TwoStores {
  one: Store
  two: Store
}

const LONGEST = { timeout: 10_000, interval: 20 }

/** What a store promises beside `storeContract` where several processes share it, over any number of partitions. */
export function severalProcessesContract(subject: () => TwoStores): void {
  const ids = Array.from({ length: 40 }, (_, n) => `agent-${n}`)
  const sessionIds = Array.from(
    { length: 30 },
    (_, n) => `00000000-0000-7000-8000-000000000${(n * 137).toString(16).padStart(3, '0')}`,
  )

  it('shows what one process committed to the next read of another', async () => {
    const { one, two } = subject()
    for (const id of ids) {
      await commitAll(one, register(id))
      expect((await two.loadAgent(id))?.version).toBe(1)
      await commitAll(two, report(id, 1))
      expect((await one.loadAgent(id))?.version).toBe(2)
    }
    expect(await one.head()).toEqual(await two.head())
    expect(await one.countAgents()).toBe(ids.length)
  })

  it('takes one of the commits that two processes decided on the same version', async () => {
    const { one, two } = subject()
    for (const id of ids) await commitAll(one, register(id))
    const results = await Promise.all(ids.flatMap((id) => [one.commit(report(id, 1)), two.commit(report(id, 1))]))
    expect(results.filter((result) => result.ok)).toHaveLength(ids.length)
    expect(results.filter((result) => !result.ok && result.reason === 'conflict')).toHaveLength(ids.length)
  })

  it('counts a request once, whichever process it comes to', async () => {
    const { one, two } = subject()
    const once = [{ key: 'k', fingerprint: 'f', answer: null, expiresAt: Date.now() + 60_000 }]
    const commits = Array.from({ length: 10 }, (_, n) => (n % 2 ? one : two).commit(session(neighbour(n), 0, { once })))
    expect((await Promise.all(commits)).filter((result) => result.ok)).toHaveLength(1)
    expect(await two.findOnce('k', sessionRef(neighbour(0)), Date.now())).toEqual(once[0])
  })

  it('announces the events of all processes to each, in order and gap-free for each partition', async () => {
    const { one, two } = subject()
    const heard: CommittedEvent[][] = [[], []]
    const ends = [one, two].map((store, index) => store.onCommitted((events) => heard[index]?.push(...events)))
    await bothListen(one, heard)
    for (const id of ids) await commitAll(one, register(id))
    await Promise.all(
      ids.map(async (id, index) => {
        for (let version = 1; version <= 5; version++) {
          const events = [stateChanged(id), stateChanged(id)]
          await commitAll((index + version) % 2 ? one : two, report(id, version, { events }))
        }
      }),
    )
    const head = await one.head()
    const isAtHead = (events: CommittedEvent[]) => placesOf(events, head.length).map((places) => places.at(-1))
    for (const events of heard) {
      await expect.poll(() => isAtHead(events), LONGEST).toEqual(head.map((position) => position || undefined))
      for (const places of placesOf(events, head.length)) {
        const from = places[0] ?? 0
        expect(places).toEqual(places.map((_, n) => from + n))
      }
      expect(events.filter(({ agentId }) => agentId !== 'first')).toHaveLength(ids.length * 11)
    }
    for (const end of ends) end()
    const before = heard.map((events) => events.length)
    await commitAll(one, register('later'))
    expect(heard.map((events) => events.length)).toEqual(before)
  })

  it('goes on behind a cursor of several partitions without a gap', async () => {
    const { one, two } = subject()
    await Promise.all(ids.map((id) => commitAll(one, register(id))))
    const seen: CommittedEvent[] = []
    let cursor = everyPartition(0, two)
    for (let round = 0; seen.length < ids.length && round < 100; round++) {
      const events = await two.events(cursor, 3)
      expect(events.length).toBeLessThanOrEqual(3)
      for (const event of events) cursor = cursor.with(event.partition, event.position)
      seen.push(...events)
    }
    expect(seen.map(({ agentId }) => agentId).sort()).toEqual(ids.toSorted())
    expect(cursor).toEqual(await one.head())
    expect(await two.events(cursor, 3)).toEqual([])
  })

  it('lists over all partitions in one order, page by page', async () => {
    const { one, two } = subject()
    await Promise.all(ids.map((id, n) => commitAll(one, register(id, { wakeAt: n }))))
    await Promise.all(sessionIds.map((id, n) => commitAll(one, session(id, 0, { head: { startedAt: n % 7 } }))))
    const agents = await everyPage((page) => two.listAgents({ capability: ['work'] }, page), 7)
    expect(agents.map((agent) => agent.registration.agentId)).toEqual(ids.toSorted())
    const listed = await everyPage((page) => two.listSessions({}, page), 4)
    const newest = sessionIds.map((sessionId, n) => ({ sessionId, startedAt: n % 7 }))
    newest.sort((a, b) => b.startedAt - a.startedAt || (a.sessionId < b.sessionId ? 1 : -1))
    expect(listed.map(({ sessionId }) => sessionId)).toEqual(newest.map(({ sessionId }) => sessionId))
    expect((await everyPage((page) => two.wakeUps({ ...page, before: 19 }), 6)).map(({ at }) => at)).toEqual(
      Array.from({ length: 20 }, (_, n) => n),
    )
    expect((await two.candidates('work', 5)).map(({ agentId }) => agentId)).toEqual(ids.toSorted().slice(0, 5))
  })

  it('keeps a line in its order though those who stand in it lie in several partitions', async () => {
    const { one, two } = subject()
    const standing = sessionIds.map((sessionId, n) =>
      waiter('1', { since: 100 - n, priority: n % 3 }, `${sessionId}.1`),
    )
    await Promise.all(
      standing.map((each) => commitAll(one, session(each.sessionId, 0, { waiters: { join: [each], leave: [] } }))),
    )
    const inOrder = standing.toSorted((a, b) => b.priority - a.priority || a.since - b.since)
    expect(await two.waiters(['capability:work'], 8)).toEqual(inOrder.slice(0, 8))
    expect(await two.openLines({ limit: 5 })).toEqual({ items: ['capability:work'], next: null })
  })

  it('settles effects that lie in another partition than the commit that names them', async () => {
    const { one, two } = subject()
    const asked = ids.map((id, n) => effect(agentRef(id), 1, 0, n))
    await Promise.all(ids.map((id, n) => commitAll(one, register(id, { effects: asked.slice(n, n + 1) }))))
    expect(await everyPage((page) => two.pendingEffects(page), 9)).toEqual(asked)
    const done = asked.slice(0, 20).map(({ id }) => id)
    await commitAll(one, session(sessionIds[0] ?? '', 0, { done }))
    await expect.poll(() => everyPage((page) => two.pendingEffects(page), 9), LONGEST).toEqual(asked.slice(20))
  })

  it('keeps one workflow by its id for all, and a session’s definition with the session', async () => {
    const { one, two } = subject()
    const definition = { id: 'flow', tasks: [] }
    const puts = [one, two, one].map((store) => store.putWorkflow({ definition, hash: 'h', now: 1 }))
    expect((await Promise.all(puts)).map(({ outcome }) => outcome).sort()).toEqual([
      'created',
      'unchanged',
      'unchanged',
    ])
    for (const id of sessionIds.slice(0, 5)) await commitAll(two, session(id, 0, { head: { definitionHash: 'h' } }))
    expect(await one.deleteWorkflow('flow')).toBe('deleted')
    expect(await two.getWorkflow('flow')).toBeNull()
    expect(await one.getDefinition('h')).toEqual(definition)
  })

  it('counts candidates by what another process changed last', async () => {
    const { one, two } = subject()
    await commitAll(one, register('a'), register('b'))
    const after = entry('a', { load: 1, ready: false })
    await commitAll(two, report('a', 1, { routing: { before: entry('a'), after } }))
    expect(await one.candidates('work', 5)).toEqual([entry('b'), after])
  })
}

/** Another process is heard from the moment on when the store has looked where the logs end. */
async function bothListen(store: Store, heard: CommittedEvent[][]): Promise<void> {
  await commitAll(store, register('first'))
  for (let version = 1; heard.some((events) => events.length === 0); version++) {
    await commitAll(store, report('first', version))
  }
}

const everyPartition = (position: number, { partitions }: Store): number[] =>
  Array.from({ length: partitions }, () => position)

/** The positions of each partition, in the order in which they came. */
function placesOf(events: readonly CommittedEvent[], partitions: number): number[][] {
  const places: number[][] = Array.from({ length: partitions }, () => [])
  for (const { partition, position } of events) places[partition]?.push(position)
  return places
}
