import { expect, it } from 'vitest'
import { createMemoryStore } from '../../src/memory/memory-store.ts'
import type { Store } from '../../src/ports/store.ts'
import { createDice, createSeededIds, createVirtualClock } from '../sim/virtual-world.ts'
import { startEngine } from './engine-trial.ts'
import { silentLog } from './silent-log.ts'

const LINES = 300
const clock = createVirtualClock(0)
const ids = createSeededIds(createDice(1))

async function startOver(store: Store) {
  const sent: string[] = []
  const trial = await startEngine({
    ...{ store, clock, ids },
    link: {
      deliver: async ({ agentId }) => {
        sent.push(agentId)
        return { outcome: 'accepted', via: 'direct' }
      },
    },
  })
  return { ...trial, sent }
}

it('a sweep looks at a few dozen lines at a time, and at all of them, and nobody who comes waits for that', async () => {
  const store = createMemoryStore({ clock, log: silentLog })
  const before = await startOver(store)
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
  const after = await startOver(slow)
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
