import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type RedisProcess, startRedis } from '../../../../store-redis/test/redis/redis-process.ts'
import { type StartedOpsCore, startedOpsCore } from '../started-ops-core.ts'

const PATH = '/v1/opscore/schedule'
const SOON = { timeout: 30_000, interval: 50 }
const definition = { id: 'report', name: 'Report', tasks: [{ taskId: 'write' }] }
const nightly = { workflowId: 'report', agentId: 'a', cron: '0 2 * * *', timeZone: 'Europe/Berlin' }

function scheduleRoutes(open: () => Promise<StartedOpsCore>): void {
  let server: StartedOpsCore
  beforeAll(async () => {
    server = await open()
    await server.register('a')
    await server.call('PUT', '/v1/opscore/workflow/report', { json: definition })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  it('makes, reads, lists, changes and forgets a schedule', async () => {
    const made = await server.call('POST', PATH, { json: { scheduleId: 'n', ...nightly } })
    expect([made.status, made.json]).toMatchObject([
      201,
      { scheduleId: 'n', ...nightly, overlap: 'skip', catchUp: '1h', jitter: '0s', status: 'active', failures: 0 },
    ])
    const again = await server.call('POST', PATH, { json: { scheduleId: 'n', ...nightly } })
    expect([again.status, again.json.createdAt]).toEqual([200, made.json.createdAt])
    const other = await server.call('POST', PATH, { json: { scheduleId: 'n', ...nightly, cron: '0 3 * * *' } })
    expect([other.status, other.json.code]).toEqual([409, 'SCHEDULE_EXISTS'])
    const put = await server.call('PUT', `${PATH}/n`, { json: { ...nightly, cron: '0 3 * * *' } })
    expect([put.status, put.json.cron]).toEqual([200, '0 3 * * *'])
    expect((await server.call('GET', `${PATH}/n`)).json).toEqual(put.json)
    const paused = await server.call('POST', `${PATH}/n/pause`, { json: { reason: 'Holidays' } })
    expect(paused.json).toMatchObject({ status: 'paused', pausedReason: 'Holidays', nextAt: null })
    expect((await server.call('POST', `${PATH}/n/resume`)).json).toMatchObject({ status: 'active' })
    expect((await server.call('PUT', `${PATH}/o`, { json: nightly })).status).toBe(201)
    const first = (await server.call('GET', `${PATH}?limit=1`)).json
    const rest = (await server.call('GET', `${PATH}?limit=1&cursor=${first.nextCursor}`)).json
    expect([...first.items, ...rest.items].map(({ scheduleId }) => scheduleId)).toEqual(['n', 'o'])
    for (const id of ['n', 'o']) expect((await server.call('DELETE', `${PATH}/${id}`)).status).toBe(204)
    const gone = await server.call('GET', `${PATH}/n`)
    expect([gone.status, gone.json.code]).toEqual([404, 'SCHEDULE_NOT_FOUND'])
  })

  it('fires by the clock, tells what became of each time, and keeps that over pages', async () => {
    await server.call('POST', PATH, {
      json: { scheduleId: 'each-second', workflowId: 'report', agentId: 'a', interval: '1s', overlap: 'skip' },
    })
    const history = `${PATH}/each-second/history`
    await vi.waitFor(async () => {
      expect((await server.call('GET', history)).json.items.length).toBeGreaterThanOrEqual(2)
    }, SOON)
    await server.call('POST', `${PATH}/each-second/pause`)
    const { items } = (await server.call('GET', history)).json
    const fired = items.at(-1)
    expect(fired).toMatchObject({ outcome: 'fired', count: 1 })
    expect(items.at(-2)).toMatchObject({ outcome: 'skipped', code: 'OVERLAP', sessionId: null })
    const session = (await server.call('GET', `/v1/opscore/session/${fired.sessionId}`)).json
    const { nominalAt } = fired
    expect(session.metadata).toEqual({ schedule: { scheduleId: 'each-second', nominalAt } })
    const page = (await server.call('GET', `${history}?limit=1`)).json
    expect(page.items).toEqual([items[0]])
    const next = (await server.call('GET', `${history}?limit=1&cursor=${page.nextCursor}`)).json
    expect(next.items).toEqual([items[1]])
  })

  it('shows the next times in the zone, runs at once and back-fills a range once', async () => {
    await server.call('POST', PATH, { json: { scheduleId: 'b', ...nightly, jitter: '5m' } })
    const preview = (await server.call('GET', `${PATH}/b/preview?count=3`)).json
    expect(preview.timeZone).toBe('Europe/Berlin')
    expect(preview.times).toHaveLength(3)
    for (const { local } of preview.times) expect(local).toMatch(/T02:00:00\+0[12]:00$/)
    expect((await server.call('POST', `${PATH}/b/run`)).json).toMatchObject({ outcome: 'fired' })
    const range = { from: '2026-10-24T00:00:00+02:00', to: '2026-10-27T00:00:00+01:00' }
    const fill = () => server.call('POST', `${PATH}/b/backfill`, { json: range })
    const { items } = (await fill()).json
    expect(items.map(({ nominalAt }: { nominalAt: string }) => nominalAt)).toEqual([
      '2026-10-24T00:00:00.000Z',
      '2026-10-25T00:00:00.000Z',
      '2026-10-26T01:00:00.000Z',
    ])
    const sessions = (list: { sessionId: string }[]) => list.map(({ sessionId }) => sessionId)
    expect(sessions((await fill()).json.items)).toEqual(sessions(items))
  })

  it('refuses what cannot run, or was misspelt', async () => {
    const refused = async (change: object) => {
      const { status, json } = await server.call('POST', PATH, { json: { scheduleId: 'x', ...nightly, ...change } })
      return [status, json.code]
    }
    expect(await refused({ cron: 'at night' })).toEqual([422, 'INVALID_SCHEDULE'])
    expect(await refused({ interval: '1h' })).toEqual([422, 'INVALID_SCHEDULE'])
    expect(await refused({ timezone: 'UTC' })).toEqual([422, 'VALIDATION_FAILED'])
    expect(await refused({ scheduleId: 'a b' })).toEqual([422, 'VALIDATION_FAILED'])
    expect(await refused({ workflowId: 'unknown' })).toEqual([404, 'WORKFLOW_NOT_FOUND'])
  })
}

describe.each(['memory', 'sqlite'] as const)('schedules, over the %s store,', (storage) => {
  scheduleRoutes(() => startedOpsCore({ storage, rateLimit: null }))
})

describe('schedules, over Redis,', () => {
  let redis: RedisProcess
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis[Symbol.asyncDispose]())

  scheduleRoutes(() =>
    startedOpsCore({ storage: 'redis', redisHost: '127.0.0.1', redisPort: redis.port, rateLimit: null }),
  )

  it('are fired once by several processes, also where one that only serves requests makes them', async () => {
    const open = (role: 'api' | 'worker') =>
      startedOpsCore({ storage: 'redis', redisHost: '127.0.0.1', redisPort: redis.port, rateLimit: null, role })
    await using api = await open('api')
    await using _one = await open('worker')
    await using _two = await open('worker')
    await api.register('b')
    await api.call('PUT', '/v1/opscore/workflow/report', { json: definition })
    const schedule = { workflowId: 'report', agentId: 'b', interval: '1s', overlap: 'allow' }
    expect((await api.call('PUT', `${PATH}/several`, { json: schedule })).status).toBe(201)
    const history = async () => (await api.call('GET', `${PATH}/several/history`)).json.items
    const sessions = async () => (await api.call('GET', '/v1/opscore/session?agentId=b')).json.items
    await vi.waitFor(async () => expect((await history()).length).toBeGreaterThanOrEqual(4), SOON)
    await api.call('POST', `${PATH}/several/pause`)
    await vi.waitFor(async () => expect((await sessions()).length).toBe((await history()).length), SOON)
    const times = (await history()).map(({ nominalAt }: { nominalAt: string }) => Date.parse(nominalAt))
    expect(times).toEqual(times.map((_: number, index: number) => times[0] - index * 1_000))
  })
})
