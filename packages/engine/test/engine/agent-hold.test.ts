import type { JsonObject } from '@opscore/contract'
import { expect, it } from 'vitest'
import { startEngine } from './engine-trial.ts'

const hold = (kind: 'pause' | 'drain') => ({ type: 'hold', kind, reason: 'The machine goes' }) as const

/** An engine with agents that take every message. */
async function createTrial() {
  const sent: [agentId: string, task: unknown][] = []
  const trial = await startEngine({
    link: {
      async deliver({ agentId, message }) {
        sent.push([agentId, message.task_name])
        return { outcome: 'accepted', via: 'direct' }
      },
    },
  })
  const start = async (agentId: string, ...tasks: JsonObject[]) => {
    const definition = { id: 'w', name: 'w', tasks }
    const { sessionId } = await trial.engine.trigger({ agentId, workflow: { definition }, input: null })
    await trial.pass(100)
    return sessionId
  }
  return { ...trial, sent, start }
}

const PINNED: JsonObject = { taskId: 'pinned', name: 'pinned' }
const ABLE: JsonObject = { taskId: 'able', name: 'able', agentCapability: 'c' }

it('an agent that an operator holds gets no new task, whatever it reports, until it is resumed', async () => {
  const { engine, join, report, pass, start, sent } = await createTrial()
  await join('a')
  await engine.controlAgent('a', hold('pause'))
  const sessionId = await start('a', PINNED)
  await report('a', 'idle')
  await pass(60_000)
  expect(sent).toEqual([])
  expect(await engine.agent('a')).toMatchObject({ state: 'idle', hold: { kind: 'pause', reason: 'The machine goes' } })
  const { causes } = await engine.explainSession(sessionId)
  expect(causes).toMatchObject([{ code: 'AGENT_PAUSED', hint: 'Resume the agent' }])
  await engine.controlAgent('a', { type: 'unhold' })
  await pass(100)
  expect(sent).toEqual([['a', 'pinned']])
  expect((await engine.agent('a')).hold).toBeNull()
})

it('what waits for an agent that is held goes to another one with the capability, whose receipt says why', async () => {
  const { engine, join, report, pass, start, sent } = await createTrial()
  await join('a', ['c'])
  await join('b', [])
  await report('a', 'active')
  await start('a', ABLE)
  await start('a', { ...ABLE, taskId: 'other', name: 'other' })
  expect(sent.length).toBeLessThan(2)
  const before = sent.length
  await engine.controlAgent('a', hold('pause'))
  await join('c', ['c'])
  await pass(100)
  const after = sent.slice(before)
  expect(after.map(([agentId]) => agentId)).toEqual(['c'])
  const { items } = await engine.sessions({}, { limit: 9 })
  const receipts = await Promise.all(
    items.map(async (item) => (await engine.session(item.sessionId)).tasks[0]?.attempts.at(-1)?.receipt),
  )
  const receipt = receipts.find((one) => one?.chosen === 'c')
  expect(receipt?.candidates).toContainEqual({ agentId: 'a', reason: 'AGENT_PAUSED' })
})

it('a drained agent ends what it has, and then it is said that it is drained', async () => {
  const { engine, join, report, pass, start } = await createTrial()
  await join('a')
  const sessionId = await start('a', PINNED)
  await engine.controlAgent('a', hold('drain'))
  await engine.controlAgent('a', hold('drain'))
  expect((await engine.agent('a')).hold).toMatchObject({ kind: 'drain', drainedAt: null })
  await report('a', 'active')
  await report('a', 'idle')
  await pass(100)
  expect((await engine.session(sessionId)).status).toBe('completed')
  expect((await engine.agent('a')).hold?.drainedAt).toEqual(expect.any(String))
  await engine.controlAgent('a', { type: 'unhold' })
  await engine.controlAgent('a', { type: 'unhold' })
  await engine.controlAgent('a', hold('drain'))
  expect((await engine.agent('a')).hold?.drainedAt).toEqual(expect.any(String))
})

it('an agent that is not registered cannot be held, and one that registers anew is free', async () => {
  const { engine, register, join } = await createTrial()
  await expect(engine.controlAgent('nobody', hold('pause'))).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' })
  await join('a')
  await engine.controlAgent('a', hold('pause'))
  await register('a')
  expect((await engine.agent('a')).hold).not.toBeNull()
  await engine.deregisterAgent('a')
  await register('a')
  expect((await engine.agent('a')).hold).toBeNull()
})
