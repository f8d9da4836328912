/** Two processes that answer requests and two that take sessions on, over one Redis, with agents over HTTP. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AgentView, SessionView, TriggerResponse } from '@opscore/contract'
import { freePort } from '@opscore/host'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RedisProcess, startRedis } from '../../../store-redis/test/redis/redis-process.ts'
import { startTestAgent, type TestAgent } from '../end-to-end/test-agent.ts'
import { API_KEY, type ApiClient, createApiClient } from './api-client.ts'
import { readEvents } from './event-reader.ts'
import { type ServeProcess, startProcess } from './serve-process.ts'

const resources = new AsyncDisposableStack()
let redis: RedisProcess
let apis: ServeProcess[]
let workers: ServeProcess[]
let clients: ApiClient[]
const agents: TestAgent[] = []

beforeAll(async () => {
  redis = resources.use(await startRedis({ appendonly: 'yes' }))
  const dataDir = await mkdtemp(join(tmpdir(), 'opscore-roles-'))
  resources.defer(() => rm(dataDir, { recursive: true, force: true }))
  const start = async (role: string) => {
    const env = {
      OPSCORE_STORAGE_TYPE: 'redis',
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: String(redis.port),
      OPSCORE_ROLE: role,
      OPSCORE_API_KEY: API_KEY,
      OPSCORE_RATE_LIMIT: 'off',
    }
    return resources.use(await startProcess('serve', { port: await freePort(), dataDir, env }))
  }
  ;[apis, workers] = await Promise.all([
    Promise.all([start('api'), start('api')]),
    Promise.all([start('worker'), start('worker')]),
  ])
  clients = apis.map(({ url }) => createApiClient(() => url))
})
afterAll(async () => {
  for (const agent of agents) await agent.close()
  await resources.disposeAsync()
})

const api = (n: number): ApiClient => {
  const client = clients[n % clients.length]
  if (!client) throw new Error('There is no api')
  return client
}

async function joined(agentId: string, n: number, capabilities: string[]): Promise<TestAgent> {
  const opsCore = apis[n % apis.length]?.url ?? ''
  const agent = await startTestAgent({ agentId, opsCore, apiKey: API_KEY })
  agents.push(agent)
  await agent.register({ capabilities })
  await agent.report('idle')
  return agent
}

it('takes sessions to their end, whichever process answers and whichever works', async () => {
  await Promise.all([0, 1, 2].map((n) => joined(`agent-${n}`, n, ['x'])))
  const definition = {
    id: 'chain',
    tasks: [
      { taskId: 'a', name: 'a', nextTaskId: 'b' },
      { taskId: 'b', name: 'b', agentCapability: 'x', nextTaskId: 'c' },
      { taskId: 'c', name: 'c', agentCapability: 'x' },
    ],
  }
  const triggered = await Promise.all(
    Array.from({ length: 40 }, async (_, n) => {
      const path = `/v1/opscore/agent/agent-${n % 3}/workflow`
      const answer = await api(n).insist('POST', path, { workflowDefinition: definition })
      expect(answer.status).toBe(202)
      return (answer.body as TriggerResponse).sessionId
    }),
  )
  for (const [n, sessionId] of triggered.entries()) {
    const status = async () => (await api(n + 1).get<SessionView>(`/v1/opscore/session/${sessionId}`)).status
    await expect.poll(status, { timeout: 60_000, interval: 50 }).toBe('completed')
  }
  const views = await api(0).all<AgentView>('/v1/opscore/agent')
  expect(views.flatMap(({ places }) => places)).toEqual([])
})

it('shows at every process what another has just acknowledged', async () => {
  await joined('reader', 0, [])
  const report = (state: string) => ({
    agentId: 'reader',
    timestamp: new Date().toISOString(),
    state,
    details: null,
  })
  for (let n = 0; n < 50; n++) {
    const state = `state-${n}`
    const { status } = await api(n).insist('POST', '/v1/opscore/agent/reader/state', report(state))
    expect(status).toBe(202)
    expect(await api(n + 1).get('/v1/opscore/agent/reader/state')).toMatchObject({ state })
  }
})

it('streams the events of all processes at each, in order and without a gap', async () => {
  const readers = apis.map(({ url }) => readEvents(() => url))
  await Promise.all(readers.map((reader) => reader.connected))
  const agent = await joined('streamed', 1, [])
  for (let n = 0; n < 30; n++) await agent.report(`state-${n}`)
  const states = (n: number) => readers[n]?.events.filter(({ agentId }) => agentId === 'streamed').length
  for (const n of readers.keys()) await expect.poll(() => states(n), { timeout: 20_000 }).toBe(32)
  for (const reader of readers) expect(reader.skips()).toEqual([])
  await Promise.all(readers.map((reader) => reader.stop()))
})

it('answers nothing but its health, readiness and metrics where it is a worker', async () => {
  const headers = { authorization: `Bearer ${API_KEY}` }
  const statusOf = async (path: string) => (await fetch(`${workers[0]?.url}${path}`, { headers })).status
  expect(await Promise.all(['/health', '/ready', '/metrics'].map(statusOf))).toEqual([200, 200, 200])
  expect(await Promise.all(['/v1/opscore/agent', '/v1/opscore/session', '/docs'].map(statusOf))).toEqual([
    404, 404, 404,
  ])
})
