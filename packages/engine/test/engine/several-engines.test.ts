import type { AgentMessage, JsonObject } from '@opscore/contract'
import { expect, it } from 'vitest'
import { createEngine, type EngineParts } from '../../src/create-engine.ts'
import { createLocalBroadcast } from '../../src/local/local-broadcast.ts'
import { createMemoryStore } from '../../src/memory/memory-store.ts'
import { createQueueBroker } from '../sim/queue-broker.ts'
import { createDice, createSeededIds, createVirtualClock } from '../sim/virtual-world.ts'
import { silentLog } from './silent-log.ts'

const DAY = 24 * 3_600_000
const definition = { id: 'w', name: 'w', tasks: [{ taskId: 'one', name: 'one' }] }
const details = {
  agentId: 'a',
  agentName: 'A',
  version: '1',
  capabilities: ['work'],
  contactEndpoint: 'http://a',
  metadata: null,
}

/** Engines over one store and one queue, as processes of their own would be. */
function createTrial() {
  const clock = createVirtualClock(1_700_000_000_000)
  const dice = createDice(1)
  const ids = createSeededIds(dice)
  const store = createMemoryStore({ clock, log: silentLog, shared: true })
  const queue = createQueueBroker({ clock, dice, faults: { on: false } })
  /** By whom what was sent. */
  const sent: { by: string; message: AgentMessage }[] = []

  function process(name: string, changes: Partial<EngineParts> = {}) {
    const state = { up: true }
    const link: EngineParts['link'] = {
      async deliver({ message }) {
        sent.push({ by: name, message })
        return { outcome: 'accepted', via: 'direct' }
      },
      probe: async () => true,
      async close() {},
    }
    const engine = createEngine({
      store,
      link,
      clock,
      ids,
      wakeQueue: queue.for({ isUp: () => state.up, now: clock.now }),
      broadcast: createLocalBroadcast(),
      log: silentLog,
      retention: { agentEvents: DAY, sessions: DAY },
      ...changes,
    })
    const kill = () => {
      state.up = false
    }
    return { engine, kill }
  }

  const report = (state: string, more = {}) => ({
    agentId: 'a',
    state,
    timestamp: new Date(clock.now()).toISOString(),
    details: more,
  })
  const pass = (ms: number) => clock.runUntil(clock.now() + ms)
  return { clock, store, queue, sent, process, report, pass }
}

it('what one engine acknowledged, another one shows at once', async () => {
  const { process, report } = createTrial()
  const [here, there] = [process('here').engine, process('there').engine]
  await expect(there.agent('a')).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' })
  await here.registerAgent(details)
  expect(await there.agentState('a')).toMatchObject({ state: 'UNKNOWN' })
  await there.reportState('a', report('error'))
  expect(await here.agentState('a')).toMatchObject({ state: 'error' })
  await here.putWorkflow({ id: 'w', definition })
  const { sessionId } = await there.trigger({ agentId: 'a', workflow: { id: 'w' }, input: null })
  expect(await here.session(sessionId)).toMatchObject({ status: 'running' })
  await here.controlSession(sessionId, { type: 'cancel', reason: 'no' })
  expect(await there.session(sessionId)).toMatchObject({ status: 'cancelled' })
  await there.putWorkflow({ id: 'w', definition: { ...definition, name: 'changed' } })
  expect(await here.workflow('w')).toMatchObject({ revision: 2 })
  await here.deregisterAgent('a')
  await expect(there.reportState('a', report('idle'))).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' })
})

it('an engine that is an api alone leaves everything that follows to a worker', async () => {
  const { process, report, pass, sent } = createTrial()
  const api = process('api', { role: 'api' }).engine
  await Promise.all([api.start(), process('worker', { role: 'worker' }).engine.start()])
  await api.registerAgent(details)
  const { sessionId } = await api.trigger({ agentId: 'a', workflow: { definition }, input: null })
  await api.reportState('a', report('idle'))
  await pass(1_000)
  expect(sent.map(({ by, message }) => [by, message.opscore_session_id])).toEqual([['worker', sessionId]])
  const attemptId = sent[0]?.message.opscore_task_id
  await api.reportState('a', report('idle', { opscore_task_id: attemptId, result: 5 }))
  await pass(1_000)
  expect(await api.session(sessionId)).toMatchObject({ status: 'completed', result: 5 })
  expect((await api.agent('a')).places).toEqual([])
})

it('a worker opens the line of an agent that another process took out of the registry', async () => {
  const { process, report, pass, sent } = createTrial()
  const api = process('api', { role: 'api' }).engine
  await Promise.all([api.start(), process('worker', { role: 'worker' }).engine.start()])
  for (const agentId of ['a', 'b']) await api.registerAgent({ ...details, agentId })
  await api.reportState('a', report('error'))
  const asked = { ...definition, tasks: [{ taskId: 'one', name: 'one', agentCapability: 'work' }] }
  const { sessionId } = await api.trigger({ agentId: 'a', workflow: { definition: asked }, input: null })
  await pass(1_000)
  await api.reportState('b', { ...report('idle'), agentId: 'b' })
  await pass(1_000)
  expect(sent).toEqual([])
  await api.deregisterAgent('a')
  await pass(1_000)
  expect(sent.map(({ message }) => message.opscore_session_id)).toEqual([sessionId])
  expect((await api.session(sessionId)).tasks[0]?.agentId).toBe('b')
})

it('a worker moves what waits for an agent that registered anew, and looks through its line only then', async () => {
  const { process, report, pass, sent, store } = createTrial()
  const api = process('api', { role: 'api' }).engine
  let looks = 0
  const counted: EngineParts['store'] = Object.assign(Object.create(store), {
    waiters(lines: string[], limit: number) {
      if (lines.length === 1 && limit > 100) looks += 1
      return store.waiters(lines, limit)
    },
  })
  const worker = process('worker', { role: 'worker', store: counted }).engine
  await Promise.all([api.start(), worker.start()])
  for (const agentId of ['a', 'b']) await api.registerAgent({ ...details, agentId })
  await api.reportState('b', { ...report('idle'), agentId: 'b' })
  for (let turn = 0; turn < 5; turn += 1) {
    for (const state of ['idle', 'error']) await api.reportState('a', report(state))
    await pass(1_000)
  }
  expect(looks).toBe(2)
  const asked = { ...definition, tasks: [{ taskId: 'one', name: 'one', agentCapability: 'work' }] }
  const { sessionId } = await api.trigger({ agentId: 'a', workflow: { definition: asked }, input: null })
  await pass(1_000)
  expect(sent).toEqual([])
  await api.registerAgent({ ...details, capabilities: [] })
  await pass(1_000)
  expect((await api.session(sessionId)).tasks[0]?.agentId).toBe('b')
})

it('a worker looks at the lines of what an agent can do no more, as another process heard', async () => {
  const { process, report, pass, sent } = createTrial()
  const api = process('api', { role: 'api' }).engine
  await Promise.all([api.start(), process('worker', { role: 'worker' }).engine.start()])
  await api.registerAgent({ ...details, capabilities: [] })
  await api.registerAgent({ ...details, agentId: 'b' })
  const asked = { ...definition, tasks: [{ taskId: 'one', name: 'one', agentCapability: 'work' }] }
  const { sessionId } = await api.trigger({ agentId: 'a', workflow: { definition: asked }, input: null })
  await api.reportState('a', report('idle'))
  await pass(1_000)
  expect(sent).toEqual([])
  await api.registerAgent({ ...details, agentId: 'b', capabilities: ['other'] })
  await pass(1_000)
  expect(sent.map(({ message }) => message.opscore_session_id)).toEqual([sessionId])
  expect((await api.session(sessionId)).tasks[0]?.agentId).toBe('a')
})

it('a queue that was emptied loses nothing: the sweep finds what waits', async () => {
  const { process, report, pass, queue, sent } = createTrial()
  const api = process('api', { role: 'api' }).engine
  await Promise.all([api.start(), process('worker', { role: 'worker' }).engine.start()])
  await api.registerAgent(details)
  await api.reportState('a', report('idle'))
  await pass(1_000)
  const first: JsonObject = { taskId: 'one', name: 'one', nextTaskId: 'two' }
  const timed = { ...definition, timeout: 80, tasks: [first, { taskId: 'two', name: 'two' }] }
  const { sessionId } = await api.trigger({ agentId: 'a', workflow: { definition: timed }, input: null })
  queue.empty()
  await pass(1_000)
  expect(sent).toEqual([])
  await pass(15_000)
  expect(sent).toHaveLength(1)
  await api.reportState('a', report('idle', { opscore_task_id: sent[0]?.message.opscore_task_id }))
  queue.empty()
  await pass(1_000)
  expect(sent).toHaveLength(1)
  await pass(20_000)
  expect(sent).toHaveLength(2)
  queue.empty()
  await pass(60_000)
  expect(await api.session(sessionId)).toMatchObject({ status: 'failed', error: { code: 'SESSION_TIMEOUT' } })
})

it('what a process left undone as it was killed, another one carries out', async () => {
  const { process, report, pass, sent, store } = createTrial()
  const victim = process('victim', {
    link: { deliver: () => new Promise(() => {}), probe: async () => true, async close() {} },
  })
  await victim.engine.start()
  await victim.engine.registerAgent(details)
  await victim.engine.reportState('a', report('idle'))
  await victim.engine.trigger({ agentId: 'a', workflow: { definition }, input: null })
  await pass(100)
  victim.kill()
  await process('heir').engine.start()
  await pass(20_000)
  expect(sent).toEqual([])
  await pass(30_000)
  expect(sent.map(({ by }) => by)).toEqual(['heir'])
  expect(await store.pendingEffects({ limit: 5 })).toEqual({ items: [], next: null })
})
