import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../src/memory/memory-store.ts'
import type { Commit, Store } from '../../src/ports/store.ts'
import { createVirtualClock } from '../sim/virtual-world.ts'
import { startEngine } from './engine-trial.ts'
import { silentLog } from './silent-log.ts'

/** An engine over a store that shows each commit, and may refuse it. */
async function createTrial(refuses: (commits: readonly Commit[]) => boolean = () => false) {
  const clock = createVirtualClock(0)
  const inner = createMemoryStore({ clock, log: silentLog })
  const steps: (readonly Commit[])[] = []
  /** What happens between a look at who waits and the placing of those. */
  const meanwhile: { run?: () => Promise<unknown> } = {}
  const store: Store = {
    ...inner,
    async waiters(lines, limit) {
      const found = await inner.waiters(lines, limit)
      const { run } = meanwhile
      delete meanwhile.run
      await run?.()
      return found
    },
    async commit(commit, along = []) {
      if (refuses([commit, ...along])) throw new Error('This cannot be written')
      steps.push([commit, ...along])
      return inner.commit(commit, along)
    },
  }
  const sent: unknown[] = []
  const trial = await startEngine({
    ...{ store, clock },
    link: {
      async deliver({ message }) {
        sent.push(message.task_name)
        return { outcome: 'accepted', via: 'direct' }
      },
    },
  })
  const start = (agentId: string, name: string) =>
    trial.engine.trigger({
      agentId,
      workflow: { definition: { id: name, name, tasks: [{ taskId: 'one', name }] } },
      input: null,
    })
  return { ...trial, steps, sent, start, meanwhile }
}

describe('a step', () => {
  it('makes no failure of one aggregate out of what another one cannot write', async () => {
    let broken = false
    const isSession = ({ kind }: Commit) => kind === 'session'
    const { join, start, report, pass, engine } = await createTrial((commits) => broken && commits.some(isSession))
    await join('x')
    await start('x', 'a')
    await pass(100)
    await report('x', 'active')
    broken = true
    await report('x', 'idle')
    expect((await engine.agentState('x'))?.state).toBe('idle')
    broken = false
    await pass(60_000)
    const { items } = await engine.sessions({}, { limit: 5 })
    expect(items.map(({ status }) => status)).toEqual(['completed'])
  })

  it('goes on with whoever stands behind an attempt that its session does not want any more', async () => {
    const { register, start, report, pass, engine, sent, meanwhile } = await createTrial()
    await register('x')
    const first = await start('x', 'a')
    await pass(10)
    await start('x', 'b')
    await pass(10)
    meanwhile.run = () => engine.controlSession(first.sessionId, { type: 'cancel', reason: 'not wanted' })
    await report('x', 'idle')
    await pass(100)
    expect(sent).toEqual(['b'])
  })
})
