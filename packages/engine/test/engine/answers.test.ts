/** Agents that answer a task with its result, and never report anything. */
import { expect, it } from 'vitest'
import { createMemoryStore } from '../../src/memory/memory-store.ts'
import type { AgentLink, Delivery } from '../../src/ports/agent-link.ts'
import { type Store, StoreUnavailableError } from '../../src/ports/store.ts'
import { createVirtualClock } from '../sim/virtual-world.ts'
import { startEngine } from './engine-trial.ts'
import { silentLog } from './silent-log.ts'

type Ask = Parameters<AgentLink['deliver']>[0]
type Answering = (ask: Ask, times: number) => Delivery | Promise<Delivery>

const LOST: Delivery = { outcome: 'failed', retryable: true, reached: false, lost: true, reason: 'reset' }
const NOBODY: Delivery = { outcome: 'failed', retryable: true, reached: false, reason: 'no connection' }

const completed = (ask: Ask, result = 'done'): Delivery => ({
  outcome: 'answered',
  answer: { opscore_task_id: ask.message.opscore_task_id ?? '', status: 'completed', result },
  bytes: 100,
})

const config = { answers: 'result', maxConcurrency: 4 }

/** One agent that answers and never reports; `tasks` of a chain, each with these time-outs. */
async function trial(
  answering: Answering,
  options: { tasks?: number; store?: Store; startToClose?: string; shared?: boolean } = {},
) {
  const { tasks: count = 1, startToClose = '1m' } = options
  const clock = createVirtualClock(0)
  const store = options.store ?? createMemoryStore({ clock, log: silentLog, shared: options.shared ?? false })
  const asked: Ask[] = []
  const commits: string[][] = []
  const link = {
    async deliver(ask: Ask) {
      asked.push(ask)
      return answering(ask, asked.length)
    },
  }
  const watched: Store = {
    ...store,
    async commit(commit, along = []) {
      const result = await store.commit(commit, along)
      if (result.ok) commits.push([commit, ...along].flatMap(({ events }) => events.map(({ type }) => type)))
      return result
    },
  }
  const engine = await startEngine({ clock, store: watched, link })
  const register = (metadata: object | null = { config }) =>
    engine.engine.registerAgent({
      ...{ agentId: 'a', agentName: 'a', version: '1', capabilities: [], contactEndpoint: 'http://a' },
      metadata: metadata as { config: typeof config } | null,
    })
  await register()
  const tasks = Array.from({ length: count }, (_, n) => ({
    ...{ taskId: `t${n}`, name: `t${n}`, timeouts: { startToClose } },
    ...(n + 1 < count ? { nextTaskId: `t${n + 1}` } : {}),
  }))
  const start = async () =>
    (
      await engine.engine.trigger({
        agentId: 'a',
        workflow: { definition: { id: 'w', name: 'w', tasks } },
        input: null,
      })
    ).sessionId
  const typesOf = async (id: string) => (await store.sessionEvents(id, { limit: 99 })).items.map(({ type }) => type)
  return { ...engine, asked, commits, clock, register, start, typesOf, inner: store }
}

it('an agent that only answers is given tasks without a word from it, and each answer ends one and begins the next in one commit', async () => {
  const { engine, start, typesOf, pass, commits } = await trial((ask) => completed(ask), { tasks: 2 })
  const sessionId = await start()
  await pass(1_000)
  expect(await engine.session(sessionId)).toMatchObject({ status: 'completed', result: 'done' })
  expect(await typesOf(sessionId)).not.toContain('task.dispatched')
  const ends = commits.filter((types) => types.includes('task.completed'))
  expect(ends.map((types) => types.toSorted())).toEqual([
    ['agent.place_freed', 'agent.place_taken', 'task.assigned', 'task.completed', 'task.scheduled'],
    ['agent.place_freed', 'session.completed', 'task.completed'],
  ])
  expect(await engine.agent('a')).toMatchObject({ state: 'UNKNOWN', room: 4, places: [] })
  await engine.close()
})

it('an answer that says failed fails the attempt, which is tried again, and leaves the agent able', async () => {
  const { engine, start, pass } = await trial((ask, times) =>
    times > 1
      ? completed(ask)
      : {
          outcome: 'answered',
          answer: { opscore_task_id: ask.message.opscore_task_id ?? '', status: 'failed', error: { code: 'NO_LUCK' } },
          bytes: 1,
        },
  )
  const sessionId = await start()
  await pass(10_000)
  const { status, tasks } = await engine.session(sessionId)
  expect([status, tasks[0]?.attempts.map(({ error }) => error?.code)]).toEqual(['completed', ['NO_LUCK', undefined]])
  await engine.close()
})

it('where the connection is lost the same attempt is asked again under its key, also while nobody is there', async () => {
  const { engine, asked, start, pass } = await trial((ask, times) => [LOST, NOBODY, LOST][times - 1] ?? completed(ask))
  const sessionId = await start()
  await pass(30_000)
  expect(await engine.session(sessionId)).toMatchObject({ status: 'completed' })
  expect(asked).toHaveLength(4)
  expect(new Set(asked.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
  await engine.close()
})

it('an agent that was never reached fails the attempt, as any other does', async () => {
  const { engine, start, pass } = await trial((ask, times) => (times === 1 ? NOBODY : completed(ask)))
  const sessionId = await start()
  await pass(10_000)
  const { tasks } = await engine.session(sessionId)
  expect(tasks[0]?.attempts.map(({ error }) => error?.code)).toEqual(['DISPATCH_FAILED', undefined])
  await engine.close()
})

it('an attempt whose connections are all lost ends by its time-out, and is asked for no more', async () => {
  const { engine, asked, start, typesOf, pass } = await trial(() => LOST, { startToClose: '20s' })
  const sessionId = await start()
  await pass(20_500)
  expect(await typesOf(sessionId)).toContain('task.attempt_failed')
  const first = asked[0]?.idempotencyKey
  const before = asked.filter(({ idempotencyKey }) => idempotencyKey === first).length
  await pass(60_000)
  expect(asked.filter(({ idempotencyKey }) => idempotencyKey === first)).toHaveLength(before)
  // It waits for the next time that the agent is asked, in virtual time.
  await Promise.all([engine.close(), pass(3_000)])
})

it('an answer may take as long as startToClose; after 12 s the task shows that the agent has it', async () => {
  const { engine, asked, start, clock, pass } = await trial(
    async (ask) => {
      await clock.sleep(50_000)
      return completed(ask)
    },
    { startToClose: '1m' },
  )
  const sessionId = await start()
  await pass(13_000)
  expect((await engine.session(sessionId)).tasks[0]?.status).toBe('dispatched')
  await pass(40_000)
  expect(await engine.session(sessionId)).toMatchObject({ status: 'completed' })
  expect(asked).toMatchObject([{ answerWithin: 120_000 }])
  await engine.close()
})

it('a late answer ends nothing, is kept, and gives the place back', async () => {
  const { engine, start, clock, pass } = await trial(
    async (ask, times) => {
      await clock.sleep(times === 1 ? 70_000 : 1)
      return completed(ask, times === 1 ? 'late' : 'in time')
    },
    { startToClose: '1m' },
  )
  const sessionId = await start()
  await pass(65_000)
  expect((await engine.agent('a')).places).toHaveLength(1)
  await pass(10_000)
  const { result, tasks } = await engine.session(sessionId)
  expect([result, tasks[0]?.lateResults.map((late) => late.result)]).toEqual(['in time', ['late']])
  expect((await engine.agent('a')).places).toEqual([])
  await engine.close()
})

it('an agent that answers 202, or with nothing of the attempt, reports as any other', async () => {
  const { engine, asked, start, pass } = await trial(() => ({ outcome: 'accepted', via: 'direct' }))
  const sessionId = await start()
  await pass(1_000)
  expect((await engine.session(sessionId)).tasks[0]?.status).toBe('dispatched')
  const details = { opscore_task_id: asked[0]?.idempotencyKey ?? '', result: 'said' }
  await engine.reportState('a', { agentId: 'a', state: 'idle', timestamp: new Date(0).toISOString(), details })
  await pass(1_000)
  expect(await engine.session(sessionId)).toMatchObject({ status: 'completed', result: 'said' })
  await engine.close()
})

it('a report and the answer of one attempt are one outcome, and a bare report is only a state', async () => {
  const said: Promise<unknown>[] = []
  const { engine, start, typesOf, pass, report } = await trial(async (ask) => {
    said.push(report('a', 'active'), report('a', 'idle'))
    const details = { opscore_task_id: ask.idempotencyKey, result: 'reported' }
    const end = { agentId: 'a', state: 'idle', timestamp: new Date(0).toISOString(), details }
    await Promise.all([...said, engine.reportState('a', end)])
    return completed(ask, 'answered')
  })
  const sessionId = await start()
  await pass(1_000)
  expect(await engine.session(sessionId)).toMatchObject({ status: 'completed', result: 'reported' })
  const types = await typesOf(sessionId)
  expect(types.filter((type) => type === 'task.completed')).toHaveLength(1)
  expect(types).not.toContain('task.late_result')
  expect((await engine.agent('a')).places).toEqual([])
  await engine.close()
})

it('an answer is not asked for again because the store could not take it in', async () => {
  const clock = createVirtualClock(0)
  const inner = createMemoryStore({ clock, log: silentLog })
  let away = true
  const store: Store = {
    ...inner,
    async commit(commit, along = []) {
      const types = [commit, ...along].flatMap(({ events }) => events.map(({ type }) => type))
      if (away && types.includes('agent.place_freed')) throw new StoreUnavailableError('Away for now')
      return inner.commit(commit, along)
    },
  }
  const asked: string[] = []
  const deliver = async (ask: Ask): Promise<Delivery> => {
    asked.push(ask.idempotencyKey)
    return completed(ask)
  }
  const { engine, pass } = await startEngine({ clock, store, link: { deliver } })
  await engine.registerAgent({
    ...{ agentId: 'a', agentName: 'a', version: '1', capabilities: [], contactEndpoint: 'http://a' },
    metadata: { config },
  })
  const definition = { id: 'w', name: 'w', tasks: [{ taskId: 't', name: 't' }] }
  const { sessionId } = await engine.trigger({ agentId: 'a', workflow: { definition }, input: null })
  await pass(3_000)
  away = false
  await pass(10_000)
  expect(await engine.session(sessionId)).toMatchObject({ status: 'completed' })
  expect(asked).toHaveLength(1)
  await engine.close()
})

it('a restart of Ops-Core asks again under the same key', async () => {
  const first = await trial(() => new Promise(() => {}))
  const sessionId = await first.start()
  await first.pass(1_000)
  const heard: string[] = []
  const { engine, pass } = await startEngine({
    ...{ clock: first.clock, store: first.inner },
    link: {
      async deliver(ask) {
        heard.push(ask.idempotencyKey)
        return completed(ask)
      },
    },
  })
  await pass(1_000)
  expect(heard).toEqual(first.asked.map(({ idempotencyKey }) => idempotencyKey))
  expect(await engine.session(sessionId)).toMatchObject({ status: 'completed' })
  await engine.close()
})

it('of several processes one asks, however long the answer takes; the others do when it is gone', async () => {
  let life = 1
  const first = await trial(
    async (ask) => {
      await first.clock.sleep(life === 1 ? 100_000 : 1)
      return completed(ask)
    },
    { startToClose: '10m', shared: true },
  )
  const other: string[] = []
  const second = await startEngine({
    ...{ clock: first.clock, store: first.inner },
    link: {
      async deliver(ask) {
        other.push(ask.idempotencyKey)
        return new Promise(() => {})
      },
    },
  })
  const sessionId = await first.start()
  await first.pass(90_000)
  expect([first.asked.length, other.length]).toEqual([1, 0])
  await first.pass(20_000)
  expect(await first.engine.session(sessionId)).toMatchObject({ status: 'completed' })
  life = 2
  await second.engine.close()
  await first.engine.close()
})
