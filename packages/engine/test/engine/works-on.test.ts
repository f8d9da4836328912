import { expect, test } from 'vitest'
import { createMemoryStore } from '../../src/memory/memory-store.ts'
import type { Store } from '../../src/ports/store.ts'
import { createVirtualClock } from '../sim/virtual-world.ts'
import { startEngine } from './engine-trial.ts'
import { silentLog } from './silent-log.ts'

/** Over a store that other processes may write to, an agent is not known at once. */
test.each([false, true])(
  'an attempt is under way with its agent until its outcome is in, where the store is shared: %s',
  async (shared) => {
    const clock = createVirtualClock(0)
    const store: Store = { ...createMemoryStore({ clock, log: silentLog }), shared }
    const sent: string[] = []
    const link = {
      async deliver({ message }: { message: { opscore_task_id?: string | null } }) {
        sent.push(message.opscore_task_id ?? '')
        return { outcome: 'accepted', via: 'direct' } as const
      },
    }
    const { engine, join, pass } = await startEngine({ store, clock, link })
    await join('a')
    await join('b')
    const definition = { id: 'w', name: 'w', tasks: [{ taskId: 't', name: 't' }] }
    await engine.trigger({ agentId: 'a', workflow: { definition }, input: null })
    await pass(10)
    const [attemptId = ''] = sent
    const worksOn = () =>
      Promise.all([
        engine.worksOn('a', attemptId),
        engine.worksOn('b', attemptId),
        engine.worksOn('a', attemptId.replace(/\d+$/, '2')),
        engine.worksOn('nobody', attemptId),
      ])
    const report = (state: string) =>
      engine.reportState('a', {
        ...{ agentId: 'a', state, timestamp: '2026-01-02T03:04:05Z' },
        details: { opscore_task_id: attemptId },
      })
    expect(await worksOn()).toEqual([true, false, false, false])
    await report('active')
    expect(await worksOn()).toEqual([true, false, false, false])
    await report('idle')
    expect(await worksOn()).toEqual([false, false, false, false])
    await engine.close()
  },
)
