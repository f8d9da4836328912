import { expect, it } from 'vitest'
import { createLocalBroadcast } from '../../src/adapters/memory/local-broadcast.ts'
import { createMemoryStore } from '../../src/adapters/memory/memory-store.ts'
import { createTimerWakeQueue } from '../../src/adapters/memory/timer-wake-queue.ts'
import { createEngine } from '../../src/engine/create-engine.ts'
import { createDice, createSeededIds, createVirtualClock } from '../sim/virtual-world.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }

it('goes on with sessions while the probes of many agents come to nothing', async () => {
  const clock = createVirtualClock(0)
  const store = createMemoryStore({ clock, log })
  const failed = { outcome: 'failed', retryable: true, reached: false, reason: 'down' } as const
  const engine = createEngine({
    store,
    clock,
    log,
    ids: createSeededIds(createDice(1)),
    wakeQueue: createTimerWakeQueue({ clock }),
    broadcast: createLocalBroadcast(),
    link: { deliver: async () => failed, probe: () => new Promise(() => {}), close: async () => {} },
    retention: { agentEvents: 1e9, sessions: 1e9 },
  })
  await engine.start()
  const retry = { maxAttempts: 4, initialInterval: 0.01 }
  const definition = { id: 'w', name: 'w', defaults: { retry }, tasks: [{ taskId: 'a', name: 'a' }] }
  for (let n = 0; n < 100; n += 1) {
    const agentId = `down-${n}`
    const details = {
      agentName: agentId,
      version: '1',
      capabilities: [],
      contactEndpoint: 'http://127.0.0.1:9',
      metadata: null,
    }
    await engine.registerAgent({ agentId, ...details })
    await engine.reportState(agentId, { agentId, state: 'idle', timestamp: new Date(0).toISOString(), details: null })
    await engine.trigger({ agentId, workflow: { definition }, input: null })
  }
  // Every agent is unreachable after three attempts and is probed; each session's last attempt then waits for its agent.
  await clock.runUntil(30_000)
  const timed = { ...definition, id: 'timed', timeout: 5 }
  const { sessionId } = await engine.trigger({ agentId: 'down-0', workflow: { definition: timed }, input: null })
  await clock.runUntil(40_000)
  expect(await engine.session(sessionId)).toMatchObject({ status: 'failed', error: { code: 'SESSION_TIMEOUT' } })
})
