/** What a client of Ops-Core sees while Redis is away. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SessionView, TriggerResponse } from '@opscore/contract'
import { freePort } from '@opscore/host'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type RedisProcess, startRedis } from '../../../store-redis/test/redis/redis-process.ts'
import { startTestAgent } from '../end-to-end/test-agent.ts'
import { API_KEY, createApiClient } from './api-client.ts'
import { completeOneSession } from './one-session.ts'
import { type ServeProcess, startProcess } from './serve-process.ts'

let resources: AsyncDisposableStack
let redis: RedisProcess
let opsCore: ServeProcess

beforeEach(async () => {
  resources = new AsyncDisposableStack()
  redis = resources.use(await startRedis({ appendonly: 'yes', appendfsync: 'always' }))
  const dataDir = await mkdtemp(join(tmpdir(), 'opscore-away-'))
  resources.defer(() => rm(dataDir, { recursive: true, force: true }))
  const env = {
    OPSCORE_STORAGE_TYPE: 'redis',
    OPSCORE_REDIS_URL: redis.url,
    OPSCORE_API_KEY: API_KEY,
    OPSCORE_RATE_LIMIT: 'off',
  }
  opsCore = resources.use(await startProcess('serve', { port: await freePort(), dataDir, env }))
})
afterEach(() => resources.disposeAsync())

async function ask(path: string, body?: object) {
  const start = performance.now()
  const answer = await fetch(opsCore.url + path, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  await answer.arrayBuffer()
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), took: performance.now() - start }
}

const statusOf = async (path: string) => (await ask(path)).status

async function agent(agentId: string) {
  const started = await startTestAgent({ agentId, opsCore: opsCore.url, apiKey: API_KEY })
  resources.defer(() => started.close())
  await started.register()
  await started.report('idle')
  return started
}

const report = (state: string) => ({ agentId: 'one', timestamp: new Date().toISOString(), state, details: null })

it('answers 503 with Retry-After within a second, is not ready but alive, and goes on by itself', async () => {
  const one = await agent('one')
  await redis.kill()
  for (const each of [await ask('/v1/opscore/agent/one/state', report('busy')), await ask('/v1/opscore/agent/one')]) {
    expect(each.status).toBe(503)
    expect(Number(each.retryAfter)).toBeGreaterThan(0)
    expect(each.took).toBeLessThan(1_000)
  }
  expect([await statusOf('/ready'), await statusOf('/health')]).toEqual([503, 200])

  await redis.start()
  // Nobody writes meanwhile, as nobody would who was told that it is not ready.
  await expect.poll(() => statusOf('/ready'), { timeout: 5_000, interval: 50 }).toBe(200)
  expect(await one.report('idle')).toBe(202)
  await completeOneSession(opsCore.url)
})

it('takes a session to its end though the queue is emptied while work is open', async () => {
  const waits = await startTestAgent({
    agentId: 'slow',
    opsCore: opsCore.url,
    apiKey: API_KEY,
    work: async ({ payload, opscore_task_id }, { report: tell }) => {
      if (payload.attempt > 1) await tell('idle', { opscore_task_id, result: 'second try' })
    },
  })
  resources.defer(() => waits.close())
  await waits.register()
  await waits.report('idle')
  const api = createApiClient(() => opsCore.url)
  const task = { taskId: 't', name: 't', timeouts: { startToClose: 3 }, retry: { initialInterval: 0.1 } }
  const trigger = { workflowDefinition: { id: 'w', tasks: [task] } }
  const { body } = await api.insist('POST', '/v1/opscore/agent/slow/workflow', trigger)
  const path = `/v1/opscore/session/${(body as TriggerResponse).sessionId}`
  await expect.poll(() => waits.received.length, { timeout: 20_000 }).toBe(1)
  await expect.poll(() => redis.cli('ZCARD', '{opscore}:wake-ups:delayed'), { timeout: 20_000 }).not.toBe('0')
  redis.cli('EVAL', "for _, key in ipairs(redis.call('KEYS', '{opscore}:*')) do redis.call('DEL', key) end", '0')
  const status = async () => (await api.get<SessionView>(path)).status
  await expect.poll(status, { timeout: 90_000, interval: 200 }).toBe('completed')
})
