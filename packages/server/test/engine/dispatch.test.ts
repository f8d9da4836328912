import { expect, it } from 'vitest'
import { createLocalBroadcast } from '../../src/adapters/memory/local-broadcast.ts'
import { createMemoryStore } from '../../src/adapters/memory/memory-store.ts'
import { createTimerWakeQueue } from '../../src/adapters/memory/timer-wake-queue.ts'
import { createEngine } from '../../src/engine/create-engine.ts'
import { type Store, StoreUnavailableError } from '../../src/ports/store.ts'
import { createDice, createSeededIds, createVirtualClock } from '../sim/virtual-world.ts'
import { silentLog } from './silent-log.ts'

const DAY = 24 * 3_600_000
const HOUR = 3_600_000

/** An engine with one idle agent, on a store that may refuse commits with events of a type. */
async function createTrial() {
  const clock = createVirtualClock(0)
  const inner = createMemoryStore({ clock, log: silentLog })
  const refused = new Set<string>()
  const store: Store = {
    ...inner,
    async commit(commit) {
      if (commit.events.some(({ type }) => refused.has(type))) throw new StoreUnavailableError('Away for now')
      return inner.commit(commit)
    },
  }
  const sent: string[] = []
  const engine = createEngine({
    store,
    link: {
      async deliver({ message }) {
        sent.push(message.opscore_task_id ?? '')
        // The second time nobody would be there.
        return sent.length === 1
          ? { outcome: 'accepted', via: 'direct' }
          : { outcome: 'failed', retryable: true, reached: false, reason: 'no connection' }
      },
      probe: async () => true,
      async close() {},
    },
    clock,
    ids: createSeededIds(createDice(1)),
    wakeQueue: createTimerWakeQueue({ clock }),
    broadcast: createLocalBroadcast(),
    log: silentLog,
    retention: { agentEvents: DAY, sessions: DAY },
  })
  await engine.start()
  const agentId = 'a'
  const contactEndpoint = 'http://a'
  await engine.registerAgent({
    agentId,
    agentName: 'A',
    version: '1',
    capabilities: [],
    contactEndpoint,
    metadata: null,
  })
  const report = (state: string) =>
    engine.reportState(agentId, { agentId, state, timestamp: new Date(0).toISOString(), details: null })
  const definition = { id: 'w', name: 'w', tasks: [{ taskId: 't', name: 't' }] }
  const start = async () => (await engine.trigger({ agentId, workflow: { definition }, input: null })).sessionId
  const eventsOf = async (sessionId: string) =>
    (await store.sessionEvents(sessionId, { limit: 99 })).items.map(({ type }) => type)
  return { engine, sent, refused, report, start, eventsOf, pass: (ms: number) => clock.runUntil(clock.now() + ms) }
}

it('a message that was accepted is not sent again because the store could not take that in', async () => {
  const { engine, sent, refused, report, start, eventsOf, pass } = await createTrial()
  await report('idle')
  refused.add('task.dispatched')
  const sessionId = await start()
  await pass(3_000)
  expect(sent).toHaveLength(1)
  expect(await eventsOf(sessionId)).not.toContain('task.dispatched')
  refused.clear()
  await pass(10_000)
  expect(sent).toHaveLength(1)
  expect(await eventsOf(sessionId)).toContain('task.dispatched')
  expect(await eventsOf(sessionId)).not.toContain('task.attempt_failed')
  await engine.close()
})

it('a time-out that was due beyond what the wake queue keeps strikes at its time', async () => {
  const { engine, start, eventsOf, pass } = await createTrial()
  const sessionId = await start()
  await pass(HOUR - 1_000)
  expect(await eventsOf(sessionId)).toEqual(['session.started', 'task.scheduled'])
  await pass(2_000)
  expect(await eventsOf(sessionId)).toContain('task.attempt_failed')
  await engine.close()
})
