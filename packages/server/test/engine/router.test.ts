import type { JsonObject } from '@opscore/contract'
import { expect, it } from 'vitest'
import { createLocalBroadcast } from '../../src/adapters/memory/local-broadcast.ts'
import { createMemoryStore } from '../../src/adapters/memory/memory-store.ts'
import { createTimerWakeQueue } from '../../src/adapters/memory/timer-wake-queue.ts'
import { createEngine } from '../../src/engine/create-engine.ts'
import { createDice, createSeededIds, createVirtualClock } from '../sim/virtual-world.ts'
import { silentLog } from './silent-log.ts'

const DAY = 24 * 3_600_000

/** An engine with agents that take every message. */
async function createTrial() {
  const clock = createVirtualClock(0)
  /** Which agent was sent which task. */
  const sent: [agentId: string, task: unknown][] = []
  const engine = createEngine({
    store: createMemoryStore({ clock, log: silentLog }),
    link: {
      async deliver({ agentId, message }) {
        sent.push([agentId, message.task_name])
        return { outcome: 'accepted', via: 'direct' }
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

  const report = (agentId: string, state: string) =>
    engine.reportState(agentId, { agentId, state, timestamp: new Date(0).toISOString(), details: null })

  async function join(agentId: string, capabilities: string[]): Promise<void> {
    const contactEndpoint = `http://${agentId}`
    await engine.registerAgent({
      agentId,
      agentName: agentId,
      version: '1',
      capabilities,
      contactEndpoint,
      metadata: null,
    })
    await report(agentId, 'idle')
  }
  return { engine, sent, join, report, pass: (ms: number) => clock.runUntil(clock.now() + ms) }
}

it('an agent that was asked for a task that went to another one takes the next in its line', async () => {
  const { engine, sent, join, report, pass } = await createTrial()
  await join('x', ['c'])
  await join('y', ['c'])
  await join('z', [])
  const tasks: JsonObject[] = [
    { taskId: 'first', name: 'first', next: [{ to: 'any' }, { to: 'pinned' }] },
    { taskId: 'any', name: 'any', agentCapability: 'c', priority: 9 },
    { taskId: 'pinned', name: 'pinned', agentId: 'y', priority: 1 },
  ]
  await engine.trigger({ agentId: 'z', workflow: { definition: { id: 'w', name: 'w', tasks } }, input: null })
  await pass(100)
  await report('z', 'active')
  await report('z', 'idle')
  await pass(100)
  expect(sent).toEqual([
    ['z', 'first'],
    ['x', 'any'],
    ['y', 'pinned'],
  ])
})
