import { expect, it } from 'vitest'
import { createLocalBroadcast } from '../../src/adapters/memory/local-broadcast.ts'
import { createMemoryStore } from '../../src/adapters/memory/memory-store.ts'
import { createTimerWakeQueue } from '../../src/adapters/memory/timer-wake-queue.ts'
import { createEngine } from '../../src/engine/create-engine.ts'
import type { Store } from '../../src/ports/store.ts'
import { createDice, createSeededIds, createVirtualClock } from '../sim/virtual-world.ts'
import { silentLog } from './silent-log.ts'

const DAY = 24 * 3_600_000
const LINES = 300
const clock = createVirtualClock(0)
const ids = createSeededIds(createDice(1))

async function startEngine(store: Store) {
  const sent: string[] = []
  const engine = createEngine({
    store,
    link: {
      deliver: async ({ agentId }) => {
        sent.push(agentId)
        return { outcome: 'accepted', via: 'direct' }
      },
      probe: async () => true,
      close: async () => {},
    },
    clock,
    ids,
    wakeQueue: createTimerWakeQueue({ clock }),
    broadcast: createLocalBroadcast(),
    log: silentLog,
    retention: { agentEvents: DAY, sessions: DAY },
  })
  await engine.start()
  const join = async (agentId: string, capabilities: string[]) => {
    const contactEndpoint = `http://${agentId}`
    const details = { agentId, agentName: agentId, version: '1', capabilities, contactEndpoint, metadata: null }
    await engine.registerAgent(details)
    const timestamp = new Date(0).toISOString()
    await engine.reportState(agentId, { agentId, state: 'idle', timestamp, details: null })
  }
  return { engine, sent, join }
}

it('a sweep looks at a few dozen lines at a time, and at all of them, and nobody who comes waits for that', async () => {
  const store = createMemoryStore({ clock, log: silentLog })
  const before = await startEngine(store)
  await before.join('one', [])
  for (let n = 0; n < LINES; n++) {
    const tasks = [{ taskId: 't', name: 't', agentCapability: `c${n}` }]
    const definition = { id: `w${n}`, name: 'w', routing: 'strict' as const, tasks }
    await before.engine.trigger({ agentId: 'one', workflow: { definition }, input: null })
  }
  await clock.runUntil(clock.now() + 100)
  await before.engine.close()

  const held: (() => void)[] = []
  const asked: string[] = []
  let holding = true
  const slow: Store = {
    ...store,
    async candidates(capability, limit) {
      asked.push(capability)
      if (holding) await new Promise<void>((resolve) => held.push(resolve))
      return store.candidates(capability, limit)
    },
  }
  const after = await startEngine(slow)
  await clock.runUntil(clock.now() + 100)
  expect(held).toHaveLength(32)
  const late = Array.from({ length: LINES }, (_, n) => `c${n}`).find((capability) => !asked.includes(capability))
  holding = false
  await after.join('comer', [late ?? ''])
  await clock.runUntil(clock.now() + 100)
  expect(after.sent).toEqual(['comer'])
  expect(new Set(asked).size).toBeLessThan(LINES / 2)

  for (const release of held) release()
  await clock.runUntil(clock.now() + 100)
  expect(new Set(asked).size).toBe(LINES)
  await after.engine.close()
})
