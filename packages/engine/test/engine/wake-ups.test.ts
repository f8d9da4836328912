import { expect, it } from 'vitest'
import { createVirtualClock } from '../sim/virtual-world.ts'
import { startEngine } from './engine-trial.ts'

it('goes on with sessions while the probes of many agents come to nothing', async () => {
  const clock = createVirtualClock(0)
  const failed = { outcome: 'failed', retryable: true, reached: false, reason: 'down' } as const
  const link = { deliver: async () => failed, probe: () => new Promise<boolean>(() => {}) }
  const { engine, join } = await startEngine({ clock, link })
  const retry = { maxAttempts: 4, initialInterval: 0.01 }
  const definition = { id: 'w', name: 'w', defaults: { retry }, tasks: [{ taskId: 'a', name: 'a' }] }
  for (let n = 0; n < 100; n += 1) {
    const agentId = `down-${n}`
    await join(agentId)
    await engine.trigger({ agentId, workflow: { definition }, input: null })
  }
  // Every agent is unreachable after three attempts and is probed; each session's last attempt then waits for its agent.
  await clock.runUntil(30_000)
  const timed = { ...definition, id: 'timed', timeout: 5 }
  const { sessionId } = await engine.trigger({ agentId: 'down-0', workflow: { definition: timed }, input: null })
  await clock.runUntil(40_000)
  expect(await engine.session(sessionId)).toMatchObject({ status: 'failed', error: { code: 'SESSION_TIMEOUT' } })
})
