import type { BulkItem, BulkJob } from '@opscore/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type RedisProcess, startRedis } from '../../../../store-redis/test/redis/redis-process.ts'
import { type StartedOpsCore, startedOpsCore } from '../started-ops-core.ts'

const SOON = { timeout: 30_000, interval: 50 }
const BULK = '/v1/opscore/session/bulk'

function bulkRoutes(open: () => Promise<StartedOpsCore>): void {
  let server: StartedOpsCore
  beforeAll(async () => {
    server = await open()
    await server.register('a')
  })
  afterAll(() => server[Symbol.asyncDispose]())

  async function start(workflow: string, count: number): Promise<string[]> {
    const workflowDefinition = { id: workflow, name: workflow, tasks: [{ taskId: 'one', name: 'one' }] }
    const started = Array.from({ length: count }, () =>
      server.call('POST', '/v1/opscore/agent/a/workflow', { json: { workflowDefinition } }),
    )
    return (await Promise.all(started)).map(({ json }) => json.sessionId)
  }

  const statusOf = async (id: string) => (await server.call('GET', `/v1/opscore/session/${id}`)).json.status

  async function made(body: object, headers: Record<string, string> = {}): Promise<BulkJob> {
    const answer = await server.call('POST', BULK, { json: body, headers })
    expect([answer.status, answer.text]).toEqual([202, expect.any(String)])
    return answer.json
  }

  async function done(job: BulkJob): Promise<{ job: BulkJob; items: BulkItem[] }> {
    await vi.waitFor(async () => {
      expect((await server.call('GET', `${BULK}/${job.jobId}`)).json.status).toBe('completed')
    }, SOON)
    const items: BulkItem[] = []
    for (let cursor = ''; ; ) {
      const page = (await server.call('GET', `${BULK}/${job.jobId}/item?limit=40${cursor}`)).json
      items.push(...page.items)
      if (page.nextCursor === null) break
      cursor = `&cursor=${page.nextCursor}`
    }
    return { job: (await server.call('GET', `${BULK}/${job.jobId}`)).json, items }
  }

  it('acts on all that a filter matches when the job is made, and says what became of each', async () => {
    const ids = await start('many', 120)
    const others = await start('others', 2)
    const made1 = await made({ filter: { workflowId: ['many'] }, action: 'cancel', reason: 'A mistake' })
    expect(made1).toMatchObject({ action: 'cancel', total: 120, dryRun: false })
    const { job, items } = await done(made1)
    expect(job).toMatchObject({ total: 120, done: 120, counts: { ok: 120, skipped: 0, failed: 0 } })
    expect(job.endedAt).not.toBeNull()
    expect(items.map(({ sessionId }) => sessionId).sort()).toEqual(ids.toSorted())
    expect(new Set(await Promise.all(ids.map(statusOf)))).toEqual(new Set(['cancelled']))
    expect(await Promise.all(others.map(statusOf))).toEqual(['running', 'running'])
  })

  it('in a dry run says what would become of each session, and does nothing', async () => {
    const [one = '', two = ''] = await start('dry', 2)
    await server.call('POST', `/v1/opscore/session/${two}/pause`)
    const selection = [one, two, 'no-such-session']
    const dry = await done(await made({ selection, action: 'pause', dryRun: true }))
    const outcomes = [
      { sessionId: one, outcome: 'ok' },
      { sessionId: two, outcome: 'skipped', code: 'NOTHING_TO_DO', detail: expect.any(String) },
      { sessionId: 'no-such-session', outcome: 'failed', code: 'SESSION_NOT_FOUND', detail: expect.any(String) },
    ]
    expect(dry.items).toEqual(outcomes)
    expect(dry.job.counts).toEqual({ ok: 1, skipped: 1, failed: 1 })
    expect(await statusOf(one)).toBe('running')
    const real = await done(await made({ selection, action: 'pause' }))
    expect(real.items).toEqual(outcomes)
    expect(await statusOf(one)).toBe('paused')
    const resumed = await done(await made({ selection: [one], action: 'resume' }))
    expect(resumed.items).toEqual([{ sessionId: one, outcome: 'ok' }])
    const retried = await done(await made({ selection: [one], action: 'retry', dryRun: true }))
    expect(retried.items).toMatchObject([{ outcome: 'skipped', code: 'STATE_CONFLICT' }])
  })

  it('makes one job of a request that comes again with its key, and refuses the key with another body', async () => {
    const [one = ''] = await start('once', 1)
    const headers = { 'idempotency-key': 'bulk-1' }
    const body = { selection: [one], action: 'cancel' }
    const first = await made(body, headers)
    await done(first)
    expect(await made(body, headers)).toMatchObject({ jobId: first.jobId, status: 'completed', counts: { ok: 1 } })
    const other = await server.call('POST', BULK, { json: { ...body, action: 'pause' }, headers })
    expect([other.status, other.json.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
  })

  it('refuses a job without a selection, with an empty or a misspelt filter, or with both', async () => {
    const [one = ''] = await start('refused', 1)
    for (const body of [
      { action: 'cancel' },
      { action: 'cancel', filter: {} },
      { action: 'cancel', filter: { Status: ['failed'] } },
      { action: 'cancel', filter: { status: [] } },
      { action: 'cancel', filter: { status: ['failed'] }, selection: [one] },
      { action: 'cancel', selection: [] },
      { action: 'delete', selection: [one] },
      { action: 'cancel', selection: [one], dryrun: true },
    ]) {
      expect([body, (await server.call('POST', BULK, { json: body })).status]).toEqual([body, 422])
    }
    expect(await statusOf(one)).toBe('running')
    const unknown = await server.call('GET', `${BULK}/no-such-job`)
    expect([unknown.status, unknown.json.code]).toEqual([404, 'JOB_NOT_FOUND'])
    expect((await server.call('GET', `${BULK}/no-such-job/item`)).status).toBe(404)
  })

  it('ends at once where nothing is chosen', async () => {
    const { job, items } = await done(await made({ filter: { workflowId: ['no-such-workflow'] }, action: 'cancel' }))
    expect([job.total, items]).toEqual([0, []])
  })
}

describe('bulk actions over memory', () => bulkRoutes(() => startedOpsCore({ rateLimit: null, storage: 'memory' })))
describe('bulk actions over SQLite', () => bulkRoutes(() => startedOpsCore({ rateLimit: null, storage: 'sqlite' })))
describe('bulk actions over Redis', () => {
  let redis: RedisProcess
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis[Symbol.asyncDispose]())
  bulkRoutes(() => startedOpsCore({ rateLimit: null, storage: 'redis', redisHost: '127.0.0.1', redisPort: redis.port }))
})
