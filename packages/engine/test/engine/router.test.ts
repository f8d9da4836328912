import type { JsonObject } from '@opscore/contract'
import { expect, it } from 'vitest'
import { startEngine } from './engine-trial.ts'

/** An engine with agents that take every message. */
async function createTrial() {
  /** Which agent was sent which task. */
  const sent: [agentId: string, task: unknown][] = []
  const trial = await startEngine({
    link: {
      async deliver({ agentId, message }) {
        sent.push([agentId, message.task_name])
        return { outcome: 'accepted', via: 'direct' }
      },
    },
  })
  return { ...trial, sent }
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

it('a task takes a free agent in the step that schedules it, and passes over nobody who waits for that agent', async () => {
  const { engine, sent, join, report, pass, store } = await createTrial()
  const commits: number[] = []
  const { commit } = store
  Object.assign(store, {
    commit: (...step: Parameters<typeof commit>) => {
      commits.push(1 + (step[1]?.length ?? 0))
      return commit(...step)
    },
  })
  await join('x', ['c'])
  await pass(100)
  commits.length = 0
  const chain = (first: string): JsonObject[] => [
    { taskId: 'one', name: `${first} one`, nextTaskId: 'two' },
    { taskId: 'two', name: `${first} two` },
  ]
  const start = (id: string) =>
    engine.trigger({ agentId: 'x', workflow: { definition: { id, name: id, tasks: chain(id) } }, input: null })
  await start('a')
  expect(commits).toEqual([2])
  await pass(100)
  await start('b')
  await pass(100)
  await report('x', 'active')
  await report('x', 'idle')
  await pass(100)
  expect(sent.map(([, task]) => task)).toEqual(['a one', 'b one'])
})

it('who joins a line that nobody can serve costs as much as the first one did, however many stand in it', async () => {
  const { engine, join, pass, store } = await createTrial()
  let read = 0
  const { waiters } = store
  Object.assign(store, {
    waiters: async (...asked: Parameters<typeof waiters>) => {
      const found = await waiters(...asked)
      read += found.length
      return found
    },
  })
  await join('x', [])
  const tasks: JsonObject[] = [{ taskId: 'a', agentCapability: 'nobody' }]
  const definition = { id: 'strict', name: 'strict', routing: 'strict', tasks }
  const start = () => engine.trigger({ agentId: 'x', workflow: { definition }, input: null })
  for (let n = 0; n < 100; n += 1) await start()
  await pass(100)
  read = 0
  for (let n = 0; n < 20; n += 1) await start()
  await pass(100)
  expect(read).toBeLessThan(20 * 10)
})
