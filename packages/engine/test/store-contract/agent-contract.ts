import { expect, it } from 'vitest'
import { commitAll, deregister, entry, live, register, registration, report, stateChanged } from './commits.ts'
import { everyPage } from './pages.ts'
import type { Subject } from './subject.ts'

export function agentContract(subject: () => Subject): void {
  const idsOf = (agents: { registration: { agentId: string } }[]) => agents.map((agent) => agent.registration.agentId)

  it('knows no agent that was not registered', async () => {
    const { store } = subject()
    expect(await store.loadAgent('a')).toBeNull()
    expect(await store.agentHistory('a', { limit: 5 })).toEqual({ items: [], next: null })
    expect(await store.countAgents()).toBe(0)
  })

  it('replaces the registration where a commit has one, and leaves it where it has none', async () => {
    const { store } = subject()
    const renamed = registration('a', { agentName: 'renamed', metadata: { config: { maxConcurrency: 2 } } })
    await commitAll(store, register('a'), report('a', 1, { registration: renamed }), report('a', 2))
    expect((await store.loadAgent('a'))?.state.registration).toEqual(renamed)
  })

  it('still loads a deregistered agent, but neither lists, counts nor chooses it', async () => {
    const { store } = subject()
    await commitAll(store, register('a'), register('b'), deregister('a', 1, 5))
    expect(await store.loadAgent('a')).toMatchObject({ version: 2, state: { live: { deregisteredAt: 5 } } })
    expect(idsOf((await store.listAgents({}, { limit: 5 })).items)).toEqual(['b'])
    expect(await store.countAgents()).toBe(1)
    expect(await store.candidates('work', 5)).toEqual([entry('b')])
    const back = report('a', 2, { registration: registration('a'), routing: { before: null, after: entry('a') } })
    await commitAll(store, back)
    expect(await store.countAgents()).toBe(2)
    expect(idsOf((await store.listAgents({ capability: ['work'] }, { limit: 5 })).items)).toEqual(['a', 'b'])
  })

  it('lists in order of id, whatever characters an id has', async () => {
    const { store } = subject()
    const ids = ['b', 'a', 'ä', '\uffee', '\ud83d\ude00', 'A', 'a:1', '~']
    await commitAll(store, ...ids.map((id) => register(id)))
    const inOrder = ids.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    expect(idsOf(await everyPage((page) => store.listAgents({}, page)))).toEqual(inOrder)
    expect((await store.listAgents({}, { limit: ids.length })).next).toBeNull()
  })

  it('filters by state and by capability, each agent once', async () => {
    const { store } = subject()
    for (let i = 0; i < 12; i++) {
      const id = `a${String(i).padStart(2, '0')}`
      const capabilities = [i % 2 ? 'odd' : 'even', ...(i % 3 ? [] : ['third'])]
      const state = ['idle', 'active', 'error'][i % 3] ?? ''
      const routing = { before: null, after: entry(id, { capabilities }) }
      await commitAll(
        store,
        register(id, { registration: registration(id, { capabilities }), live: live({ state }), routing }),
      )
    }
    const list = async (filter: object) => idsOf(await everyPage((page) => store.listAgents(filter, page)))
    expect(await list({ state: ['error'] })).toEqual(['a02', 'a05', 'a08', 'a11'])
    expect(await list({ state: ['error', 'active'], capability: ['odd'] })).toEqual(['a01', 'a05', 'a07', 'a11'])
    expect(await list({ capability: ['third', 'even'] })).toEqual([
      'a00',
      'a02',
      'a03',
      'a04',
      'a06',
      'a08',
      'a09',
      'a10',
    ])
    expect(await list({ capability: ['nobody'] })).toEqual([])
  })

  it('goes on with the next agent while others come and go between the pages', async () => {
    const { store } = subject()
    await commitAll(store, ...['b', 'd', 'f', 'h'].map((id) => register(id)))
    let added = 0
    const seen = await everyPage(
      (page) => store.listAgents({}, page),
      1,
      async () => {
        added += 1
        await commitAll(store, register(`a${added}`))
        if (added === 1) await commitAll(store, deregister('b', 1, 5), register('c'), deregister('d', 1, 5))
      },
    )
    expect(idsOf(seen)).toEqual(['b', 'c', 'f', 'h'])
  })

  it('chooses candidates that are ready first, then by load, then by last use', async () => {
    const { store } = subject()
    const entries = [
      entry('busy', { ready: false, load: 0 }),
      entry('half', { load: 0.5, lastUsedAt: 1 }),
      entry('recent', { lastUsedAt: 9 }),
      entry('rested', { lastUsedAt: 3 }),
    ]
    await commitAll(store, ...entries.map((after) => register(after.agentId, { routing: { before: null, after } })))
    const ids = async (limit: number) => (await store.candidates('work', limit)).map((found) => found.agentId)
    expect(await ids(9)).toEqual(['rested', 'recent', 'half', 'busy'])
    expect(await ids(2)).toEqual(['rested', 'recent'])
    const used = { ...entries[3], load: 1 / 3, lastUsedAt: 10 } as (typeof entries)[0]
    await commitAll(store, report('rested', 1, { routing: { before: entries[3] ?? null, after: used } }))
    expect(await ids(9)).toEqual(['recent', 'rested', 'half', 'busy'])
    expect((await store.candidates('work', 9))[1]).toEqual(used)
  })

  it('moves an agent between capabilities with its routing', async () => {
    const { store } = subject()
    const after = entry('a', { capabilities: ['play'] })
    await commitAll(store, register('a'))
    const changed = registration('a', { capabilities: ['play'] })
    await commitAll(store, report('a', 1, { registration: changed, routing: { before: entry('a'), after } }))
    expect(await store.candidates('work', 5)).toEqual([])
    expect(await store.candidates('play', 5)).toEqual([after])
    expect(idsOf((await store.listAgents({ capability: ['work'] }, { limit: 5 })).items)).toEqual([])
    expect(idsOf((await store.listAgents({ capability: ['play'] }, { limit: 5 })).items)).toEqual(['a'])
  })

  it('shows an agent’s history newest first, without what is only its log', async () => {
    const { store } = subject()
    await commitAll(store, register('a'), register('b'))
    for (let version = 1; version <= 5; version++) {
      const place = stateChanged('a', { type: 'agent.place_freed', time: version * 10, sessionId: 's', taskId: 's.1' })
      const reported = stateChanged('a', { time: version * 10, data: { state: `s${version}` } })
      await commitAll(store, report('a', version, { events: [reported, place] }), report('b', version))
    }
    const history = await everyPage((page) => store.agentHistory('a', page))
    expect(history.map((event) => event.type)).toEqual([...Array(5).fill('agent.state_changed'), 'agent.registered'])
    expect(history.map((event) => event.time)).toEqual([50, 40, 30, 20, 10, 1])
    const newest = { type: 'agent.state_changed', time: 50, agentId: 'a', data: { state: 's5' } }
    expect(history[0]).toEqual({ ...newest, partition: 0, position: 15 })
  })

  it('goes on with an agent’s history while it grows', async () => {
    const { store } = subject()
    await commitAll(store, register('a'))
    for (let version = 1; version <= 6; version++) await commitAll(store, report('a', version))
    let version = 7
    const history = await everyPage(
      (page) => store.agentHistory('a', page),
      3,
      () => commitAll(store, report('a', version++)),
    )
    expect(history.map((event) => event.position)).toEqual([7, 6, 5, 4, 3, 2, 1])
  })
}
