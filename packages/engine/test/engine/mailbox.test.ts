import { describe, expect, it } from 'vitest'
import { createAgents } from '../../src/aggregate/agents.ts'
import { DuplicateRequestError } from '../../src/aggregate/duplicate-request-error.ts'
import { createMemoryStore } from '../../src/memory/memory-store.ts'
import type { AgentCommit, Store } from '../../src/ports/store.ts'
import { silentLog } from './silent-log.ts'

const NOW = 1_700_000_000_000
const clock = { now: () => NOW, at: () => () => {} }
const wakeQueue = { horizon: 0, schedule() {}, cancel() {}, start() {}, every() {}, async close() {} }
const registered = { agentName: 'A', version: '1', capabilities: [], contactEndpoint: 'http://x', metadata: null }
const register = { type: 'register', agentId: 'a', registered } as const
const report = (state: string) => ({ type: 'report', report: { state, timestamp: '', details: null } }) as const
const record = (key: string) => ({ once: { key, fingerprint: 'f', answer: null, expiresAt: NOW + 1_000 } })

function agentsOver(store: Store) {
  const alone = { outcomes: { publish() {} }, steps: { ofAgent: () => [] } }
  return createAgents({ store, clock, wakeQueue, health: { writable: true }, ...alone })
}

function recording(): { store: Store; commits: AgentCommit[] } {
  const inner = createMemoryStore({ clock, log: silentLog })
  const commits: AgentCommit[] = []
  const commit: Store['commit'] = (one, along) => {
    if (one.kind === 'agent') commits.push(one)
    return inner.commit(one, along)
  }
  return { store: { ...inner, commit }, commits }
}

describe('a mailbox', () => {
  it('decides what comes meanwhile in turn and commits it together', async () => {
    const { store, commits } = recording()
    const agents = agentsOver(store)
    await agents.execute('a', register)
    await Promise.all(['idle', 'active', 'idle', 'error'].map((state) => agents.execute('a', report(state))))
    expect(commits.flatMap((commit) => commit.events)).toHaveLength(5)
    expect(commits.length).toBeLessThan(5)
    expect((await agents.read('a'))?.live.state).toBe('error')
  })

  it('lets one request of two with the same once-key count, even where both wait at the same time', async () => {
    const { store, commits } = recording()
    const agents = agentsOver(store)
    await agents.execute('a', register)
    const before = commits.length
    const both = await Promise.allSettled([
      agents.execute('a', report('active')),
      agents.execute('a', report('idle'), record('k')),
      agents.execute('a', report('error'), record('k')),
    ])
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(both[2]).toMatchObject({ reason: expect.any(DuplicateRequestError) })
    expect((await agents.read('a'))?.live.state).toBe('idle')
    expect(commits.slice(before).flatMap((commit) => commit.events)).toHaveLength(3)
  })

  it('decides again on what is true where another node was faster', async () => {
    const { store } = recording()
    const [here, there] = [agentsOver(store), agentsOver(store)]
    await here.execute('a', register)
    await there.execute('a', report('idle'))
    await here.execute('a', report('active'))
    await there.execute('a', report('finished'))
    const { items } = await store.agentHistory('a', { limit: 10 })
    expect(items.map((event) => (event.data as { state?: string }).state)).toEqual([
      'finished',
      'active',
      'idle',
      'UNKNOWN',
    ])
  })
})
