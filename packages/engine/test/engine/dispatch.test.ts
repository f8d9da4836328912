import { expect, it } from 'vitest'
import { createMemoryStore } from '../../src/memory/memory-store.ts'
import { type Store, StoreUnavailableError } from '../../src/ports/store.ts'
import { createVirtualClock } from '../sim/virtual-world.ts'
import { startEngine } from './engine-trial.ts'
import { silentLog } from './silent-log.ts'

const HOUR = 3_600_000

/** An engine with one registered agent, on a store that may refuse commits with events of a type. */
async function createTrial() {
  const clock = createVirtualClock(0)
  const inner = createMemoryStore({ clock, log: silentLog })
  const refused = new Set<string>()
  const store: Store = {
    ...inner,
    async commit(commit, along = []) {
      const events = [commit, ...along].flatMap((one) => one.events)
      if (events.some(({ type }) => refused.has(type))) throw new StoreUnavailableError('Away for now')
      return inner.commit(commit, along)
    },
  }
  const sent: string[] = []
  const trial = await startEngine({
    ...{ store, clock },
    link: {
      async deliver({ message }) {
        sent.push(message.opscore_task_id ?? '')
        // The second time nobody would be there.
        return sent.length === 1
          ? { outcome: 'accepted', via: 'direct' }
          : { outcome: 'failed', retryable: true, reached: false, reason: 'no connection' }
      },
    },
  })
  const agentId = 'a'
  await trial.register(agentId)
  const definition = { id: 'w', name: 'w', tasks: [{ taskId: 't', name: 't' }] }
  const start = async () => (await trial.engine.trigger({ agentId, workflow: { definition }, input: null })).sessionId
  const eventsOf = async (sessionId: string) =>
    (await store.sessionEvents(sessionId, { limit: 99 })).items.map(({ type }) => type)
  return { ...trial, sent, refused, start, eventsOf }
}

it('a message that was accepted is not sent again because the store could not take that in', async () => {
  const { engine, sent, refused, report, start, eventsOf, pass } = await createTrial()
  await report('a', 'idle')
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
