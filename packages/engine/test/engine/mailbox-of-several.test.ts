import { expect, it } from 'vitest'
import { createAgents } from '../../src/aggregate/agents.ts'
import { findPlace } from '../../src/core/agent/availability.ts'
import type { AgentCommand } from '../../src/core/agent/decide.ts'
import { createMemoryStore } from '../../src/memory/memory-store.ts'
import type { Store } from '../../src/ports/store.ts'
import { silentLog } from './silent-log.ts'

const NOW = 1_700_000_000_000
const clock = { now: () => NOW, at: () => () => {} }
const wakeQueue = { horizon: 0, schedule() {}, cancel() {}, start() {}, every() {}, async close() {} }
const alone = { outcomes: { publish() {} }, steps: { ofAgent: () => [] } }

const register: AgentCommand = {
  type: 'register',
  agentId: 'a',
  registered: { agentName: 'A', version: '1', capabilities: [], contactEndpoint: 'http://x', metadata: null },
}
const report = (state: string): AgentCommand => ({ type: 'report', report: { state, timestamp: '', details: null } })
const takePlace = (attemptId: string): AgentCommand => ({
  type: 'take-place',
  attemptId,
  sessionId: 's',
  taskId: 's.1',
  receipt: { chosen: 'a', reason: 'PINNED', candidates: [], considered: 1 },
})
const release = (attemptId: string): AgentCommand => ({
  type: 'release',
  agentId: 'a',
  attemptId,
  reason: 'over',
  until: NOW,
})

/** A store that counts how often the agent is loaded, and can have been away. */
function createTrial(shared: boolean) {
  const inner = createMemoryStore({ clock, log: silentLog, shared })
  const trial = { loads: 0, generation: 0 }
  const store: Store = {
    ...inner,
    get generation() {
      return trial.generation
    },
    loadAgent(id) {
      trial.loads += 1
      return inner.loadAgent(id)
    },
  }
  const node = () => createAgents({ store, clock, wakeQueue, health: { writable: true }, ...alone })
  return { trial, here: node(), there: node() }
}

it('a command that would change nothing is decided again on what another process left', async () => {
  const { here, there } = createTrial(true)
  await here.execute('a', register)
  await here.execute('a', report('idle'))
  await here.execute('a', takePlace('s.1.1'))
  await there.execute('a', release('s.1.1'))
  const after = await here.execute('a', takePlace('s.1.2'))
  expect(after && findPlace(after, 's.1.2')).toBeDefined()
})

it('a command that would be refused is decided again on what another process left', async () => {
  const { here, there } = createTrial(true)
  expect(await here.read('a')).toBeNull()
  await there.execute('a', register)
  await here.execute('a', report('idle'))
  expect((await there.read('a'))?.live.state).toBe('idle')
})

it('a refusal beside a command that is committed is believed only with that commit', async () => {
  const { here, there } = createTrial(true)
  expect(await here.read('a')).toBeNull()
  await there.execute('a', register)
  const both = await Promise.allSettled([here.execute('a', report('active')), here.execute('a', register)])
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
})

it('a refusal that holds is a refusal', async () => {
  const { here } = createTrial(true)
  const both = await Promise.allSettled([here.execute('a', report('active')), here.execute('a', register)])
  expect(both[0]).toMatchObject({ reason: { code: 'AGENT_NOT_FOUND' } })
  expect(both[1]?.status).toBe('fulfilled')
})

it('a read sees what another process committed, and a peek may not', async () => {
  const { here, there } = createTrial(true)
  await here.execute('a', register)
  await there.execute('a', report('idle'))
  expect((await here.peek('a'))?.live.state).toBe('UNKNOWN')
  expect((await here.read('a'))?.live.state).toBe('idle')
  expect((await here.peek('a'))?.live.state).toBe('idle')
})

it('what was read before the store was away is read again', async () => {
  const { trial, here } = createTrial(false)
  await here.execute('a', register)
  const before = trial.loads
  await here.execute('a', report('idle'))
  expect(trial.loads).toBe(before)
  trial.generation += 1
  await here.execute('a', report('active'))
  expect(trial.loads).toBe(before + 1)
  await here.execute('a', report('idle'))
  expect(trial.loads).toBe(before + 1)
})

it('a store of its own is not read again for what is known', async () => {
  const { trial, here } = createTrial(false)
  await here.execute('a', register)
  const before = trial.loads
  await here.read('a')
  await here.execute('a', takePlace('s.1.1'))
  await expect(here.execute('a', release('unknown'))).resolves.not.toBeNull()
  expect(trial.loads).toBe(before)
})
