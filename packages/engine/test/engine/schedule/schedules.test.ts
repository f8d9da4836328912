import type { CreateScheduleRequest } from '@opscore/contract'
import { expect, it } from 'vitest'
import { createMemoryStore } from '../../../src/memory/memory-store.ts'
import type { Store } from '../../../src/ports/store.ts'
import { createVirtualClock } from '../../sim/virtual-world.ts'
import { startEngine } from '../engine-trial.ts'
import { silentLog } from '../silent-log.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const definition = { id: 'report', name: 'Report', tasks: [{ taskId: 'write', timeouts: { startToClose: '30d' } }] }
const hourly: CreateScheduleRequest = { scheduleId: 'h', workflowId: 'report', agentId: 'a', cron: '0 * * * *' }
const at = (hours: number) => new Date(hours * HOUR).toISOString()

/** An engine with a workflow and its agent, from the first hour of 1970 on. */
async function trial(parts: { store?: Store; clock?: ReturnType<typeof createVirtualClock> } = {}) {
  const clock = parts.clock ?? createVirtualClock(10 * MINUTE)
  const store = parts.store ?? createMemoryStore({ clock, log: silentLog })
  const started = await startEngine({
    clock,
    store,
    link: { deliver: async () => ({ outcome: 'accepted', via: 'direct' }) },
  })
  const { engine, join, pass } = started
  await join('a')
  await engine.putWorkflow({ id: 'report', definition })
  const sessions = async () => (await engine.sessions({}, { limit: 200 })).items
  const history = async (id = 'h') => (await engine.scheduleHistory(id, { limit: 200 })).items
  /** What became of each time, oldest first. */
  const outcomes = async (id = 'h') => (await history(id)).map(({ outcome }) => outcome).reverse()
  const cancel = (sessionId: string) => engine.controlSession(sessionId, { type: 'cancel', reason: 'done' })
  async function fail(sessionId: string): Promise<void> {
    const taskId = (await engine.session(sessionId)).tasks[0]?.taskId ?? ''
    await engine.concludeTask(taskId, { attemptId: null, error: { code: 'NO', message: 'no' } })
  }
  return { ...started, clock, store, sessions, history, outcomes, cancel, fail, pass }
}

it('begins a session of its workflow at each of its times, which says of which', async () => {
  const { engine, pass, sessions, history } = await trial()
  const { created, schedule } = await engine.createSchedule({ ...hourly, overlap: 'allow', input: { of: 'day' } })
  expect(created).toBe(true)
  expect(schedule).toMatchObject({ nextAt: at(1), status: 'active' })
  await pass(3 * HOUR)
  const begun = await sessions()
  expect(begun.map(({ startTime }) => startTime).sort()).toEqual([at(1), at(2), at(3)])
  const first = await engine.session(begun.at(-1)?.sessionId ?? '')
  expect(first).toMatchObject({ metadata: { schedule: { scheduleId: 'h', nominalAt: at(1) } } })
  expect(await history()).toMatchObject([
    { outcome: 'fired', nominalAt: at(3) },
    { outcome: 'fired', nominalAt: at(2) },
    { outcome: 'fired', nominalAt: at(1), sessionId: first.sessionId },
  ])
})

it('leaves a time out while the session of an earlier one is open, and says which', async () => {
  const { engine, pass, sessions, history, cancel } = await trial()
  await engine.createSchedule(hourly)
  await pass(2 * HOUR)
  const [only] = await sessions()
  expect(await sessions()).toHaveLength(1)
  expect((await history())[0]).toMatchObject({ outcome: 'skipped', code: 'OVERLAP', nominalAt: at(2) })
  await cancel(only?.sessionId ?? '')
  await pass(HOUR)
  expect(await sessions()).toHaveLength(2)
})

it('keeps times that wait behind a session, and begins each when the one before has ended', async () => {
  const { engine, pass, sessions, cancel } = await trial()
  await engine.createSchedule({ ...hourly, overlap: 'queue' })
  await pass(3 * HOUR)
  expect(await engine.schedule('h')).toMatchObject({ queued: 2 })
  for (const expected of [1, 2]) {
    const open = (await engine.schedule('h')).openSessions
    expect([open.length, (await sessions()).length]).toEqual([1, expected])
    await cancel(open[0] ?? '')
    await pass(SECOND)
  }
  expect(await engine.schedule('h')).toMatchObject({ queued: 0 })
  const times = await Promise.all((await sessions()).map(({ sessionId }) => engine.session(sessionId)))
  const nominal = times.map(({ metadata }) => metadata?.schedule)
  expect(nominal.map((each) => JSON.stringify(each)).sort()).toEqual(
    [1, 2, 3].map((hour) => JSON.stringify({ scheduleId: 'h', nominalAt: at(hour) })),
  )
})

it('ends the session of an earlier time where it is told to cancel it', async () => {
  const { engine, pass, sessions } = await trial()
  await engine.createSchedule({ ...hourly, overlap: 'cancel' })
  await pass(2 * HOUR)
  const begun = (await sessions()).sort((one, other) => one.startTime.localeCompare(other.startTime))
  expect(begun.map(({ status }) => status)).toEqual(['cancelled', 'running'])
})

it('pauses after as many failures in a row as it was told, says so, and goes on when it is resumed', async () => {
  const { engine, pass, sessions, outcomes, fail } = await trial()
  await engine.createSchedule({ ...hourly, pauseAfterFailures: 2 })
  for (const _ of [1, 2]) {
    await pass(HOUR)
    await fail((await engine.schedule('h')).openSessions[0] ?? '')
  }
  await pass(5 * HOUR)
  expect(await outcomes()).toEqual(['fired', 'fired', 'paused'])
  expect(await engine.schedule('h')).toMatchObject({ status: 'paused', nextAt: null, pausedReason: expect.any(String) })
  await engine.resumeSchedule('h')
  await pass(HOUR)
  expect(await sessions()).toHaveLength(3)
})

it('tells what it could not begin and why, which counts as a failure, and tries the next time', async () => {
  const { engine, pass, history, sessions, join } = await trial()
  await engine.createSchedule({ ...hourly, agentId: 'b' })
  await pass(HOUR)
  expect(await history()).toMatchObject([{ outcome: 'failed', code: 'AGENT_NOT_FOUND', nominalAt: at(1) }])
  expect(await engine.schedule('h')).toMatchObject({ failures: 1 })
  await join('b')
  await pass(HOUR)
  expect(await sessions()).toHaveLength(1)
})

it('makes up for what was missed within the catch-up window, and says what lay before it', async () => {
  const clock = createVirtualClock(10 * MINUTE)
  const store = createMemoryStore({ clock, log: silentLog })
  const before = await trial({ clock, store })
  await before.engine.createSchedule({ ...hourly, overlap: 'allow', catchUp: '2h30m' })
  await before.pass(HOUR)
  await before.engine.close()
  await clock.runUntil(24 * HOUR + 10 * MINUTE)
  const after = await trial({ clock, store })
  await after.pass(SECOND)
  expect(await after.history()).toMatchObject([
    { outcome: 'fired', nominalAt: at(24) },
    { outcome: 'fired', nominalAt: at(23) },
    { outcome: 'fired', nominalAt: at(22) },
    { outcome: 'missed', nominalAt: at(21), count: 20, code: 'CATCH_UP_PASSED' },
    { outcome: 'fired', nominalAt: at(1) },
  ])
})

it('has one session for a time also where the process dies at any write of its firing', async () => {
  for (let survived = 0; survived < 8; survived += 1) {
    const clock = createVirtualClock(10 * MINUTE)
    const store = createMemoryStore({ clock, log: silentLog })
    const life = { left: Number.POSITIVE_INFINITY }
    const never = new Promise<never>(() => {})
    const mortal: Store = Object.assign(Object.create(store), {
      putRecord: (record: Parameters<Store['putRecord']>[0]) => (life.left-- > 0 ? store.putRecord(record) : never),
      commit: (...given: Parameters<Store['commit']>) => (life.left-- > 0 ? store.commit(...given) : never),
    })
    const first = await trial({ clock, store: mortal })
    await first.engine.createSchedule(hourly)
    await first.pass(MINUTE)
    life.left = survived
    await first.pass(HOUR)
    life.left = 0
    const second = await trial({ clock, store })
    await second.pass(SECOND)
    expect([survived, (await second.sessions()).length]).toEqual([survived, 1])
    expect(await second.outcomes()).toEqual(['fired'])
  }
})

it('fires each time once with several processes that hear of each other, and one that makes schedules alone', async () => {
  const clock = createVirtualClock(10 * MINUTE)
  const store = createMemoryStore({ clock, log: silentLog, shared: true })
  const processes = [await trial({ clock, store }), await trial({ clock, store }), await trial({ clock, store })]
  const [one, two] = processes
  if (!one || !two) throw new Error('There are three')
  await one.engine.createSchedule({ ...hourly, overlap: 'allow' })
  await one.pass(5 * HOUR)
  expect(await one.sessions()).toHaveLength(5)
  expect(await two.outcomes()).toEqual(Array.from({ length: 5 }, () => 'fired'))
  await one.engine.close()
  await two.engine.putSchedule('h', { workflowId: 'report', agentId: 'a', interval: '30m', overlap: 'allow' })
  await two.pass(HOUR)
  expect(await two.sessions()).toHaveLength(7)
})

it('is previewed, paused, resumed without making up for it, run at once, and forgotten', async () => {
  const { engine, pass, sessions } = await trial()
  const jittered = { ...hourly, timeZone: 'Asia/Kolkata', jitter: '10m', overlap: 'allow' } as const
  await engine.createSchedule(jittered)
  const { times } = await engine.previewSchedule('h', 2)
  expect(times.map(({ local }) => local)).toEqual(['1970-01-01T06:00:00+05:30', '1970-01-01T07:00:00+05:30'])
  for (const { nominalAt, firesAt } of times) {
    const late = Date.parse(firesAt) - Date.parse(nominalAt)
    expect(late).toBeGreaterThan(0)
    expect(late).toBeLessThanOrEqual(10 * MINUTE)
  }
  await pass(Date.parse(times[0]?.firesAt ?? '') - 10 * MINUTE)
  expect((await sessions()).map(({ startTime }) => startTime)).toEqual([times[0]?.firesAt])
  await engine.pauseSchedule('h', 'Maintenance')
  await pass(5 * HOUR)
  await engine.resumeSchedule('h')
  expect(await sessions()).toHaveLength(1)
  expect(await engine.runSchedule('h')).toMatchObject({ outcome: 'fired', sessionId: expect.any(String) })
  expect(await sessions()).toHaveLength(2)
  await engine.deleteSchedule('h')
  await pass(5 * HOUR)
  expect(await sessions()).toHaveLength(2)
  await expect(engine.schedule('h')).rejects.toMatchObject({ code: 'SCHEDULE_NOT_FOUND' })
})

it('back-fills the times of a range that have no session, each once', async () => {
  const { engine, pass, sessions } = await trial()
  await pass(5 * HOUR)
  await engine.createSchedule({ ...hourly, overlap: 'allow' })
  const range = { from: 2 * HOUR, to: 4 * HOUR }
  const filled = await engine.backfillSchedule('h', range)
  expect(filled.map(({ nominalAt }) => nominalAt)).toEqual([at(2), at(3), at(4)])
  expect(await engine.backfillSchedule('h', range)).toMatchObject(filled.map(({ sessionId }) => ({ sessionId })))
  expect(await sessions()).toHaveLength(3)
  await expect(engine.backfillSchedule('h', { from: -200 * HOUR, to: 0 })).rejects.toMatchObject({
    code: 'INVALID_SCHEDULE',
  })
})

it('leaves out the days that it is told to', async () => {
  const { engine } = await trial()
  await engine.createSchedule({ ...hourly, cron: '0 9 * * *', exceptDates: ['1970-01-02', '1970-01-03'] })
  const { times } = await engine.previewSchedule('h', 3)
  expect(times.map(({ nominalAt }) => nominalAt)).toEqual([at(9), at(3 * 24 + 9), at(4 * 24 + 9)])
})

it('refuses what cannot run, and another under an id that is taken', async () => {
  const { engine } = await trial()
  const refused: Partial<CreateScheduleRequest>[] = [
    { cron: 'every day' },
    { cron: '0 0 31 2 *' },
    { timeZone: 'Mars/Olympus' },
    { interval: '1h' },
    { cron: '61 * * * *' },
    { exceptDates: ['2026-02-30'] },
  ]
  for (const change of refused) {
    await expect(engine.createSchedule({ ...hourly, ...change })).rejects.toMatchObject({ code: 'INVALID_SCHEDULE' })
  }
  await expect(engine.createSchedule({ ...hourly, workflowId: 'none' })).rejects.toMatchObject({
    code: 'WORKFLOW_NOT_FOUND',
  })
  await engine.createSchedule(hourly)
  expect(await engine.createSchedule(hourly)).toMatchObject({ created: false })
  await expect(engine.createSchedule({ ...hourly, cron: '1 * * * *' })).rejects.toMatchObject({
    code: 'SCHEDULE_EXISTS',
  })
})

it('reads the store for no schedule that waits, however many there are', async () => {
  const clock = createVirtualClock(10 * MINUTE)
  const store = createMemoryStore({ clock, log: silentLog })
  let reads = 0
  const counted: Store = Object.assign(Object.create(store), {
    getRecord(...given: Parameters<Store['getRecord']>) {
      reads += 1
      return store.getRecord(...given)
    },
  })
  const { engine, pass } = await trial({ clock, store: counted })
  for (let index = 0; index < 300; index += 1) {
    await engine.createSchedule({ ...hourly, scheduleId: `s${index}`, cron: '0 0 1 1 *' })
  }
  await pass(SECOND)
  reads = 0
  await pass(24 * HOUR)
  expect(reads).toBe(0)
})
