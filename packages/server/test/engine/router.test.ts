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
