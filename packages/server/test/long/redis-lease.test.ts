/**
 * A worker that stands still for longer than the queue's lease (BullMQ's lock, 30 s) with jobs in its hands, until another
 * one has been given these jobs and has taken the sessions to their end (reliability.md, fault catalogue B). When it goes
 * on it changes nothing. `npm run test:redis-lease`, two minutes.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { OpsEvent, Page, SessionView, TriggerResponse } from '@opscore/contract'
import { freePort } from '@opscore/host'
import { openRedisStore } from '@opscore/store-redis'
import { readRedisUrl } from '@opscore/store-redis/address'
import { expect, it } from 'vitest'
import { silentLog } from '../../../engine/test/engine/silent-log.ts'
import { logBreaches, readEvidence } from '../../../engine/test/sim/log-invariants.ts'
import { dataDirOfTest } from '../../../engine/test/store-contract/data-dir.ts'
import { type RedisProcess, startRedis } from '../../../store-redis/test/redis/redis-process.ts'
import { startTestAgent, type TestAgent } from '../end-to-end/test-agent.ts'
import { API_KEY, createApiClient } from '../faults/api-client.ts'
import { type ServeProcess, startProcess } from '../faults/serve-process.ts'

const AGENTS = 8
const SESSIONS = 200
/** Above the lease; milliseconds. */
const STANDS_STILL = 35_000
const SOON = { timeout: 60_000, interval: 1 }
const TAKEN_OVER = { timeout: 180_000, interval: 500 }
const tasks = ['a', 'b', 'c'].map((taskId, n) => ({
  taskId,
  name: taskId,
  ...(n < 2 ? { nextTaskId: 'bc'[n] } : {}),
  agentCapability: 'x',
}))
const trigger = { workflowDefinition: { id: 'chain', tasks } }

const heldJobs = (redis: RedisProcess) => Number(redis.cli('LLEN', '{opscore}:wake-ups:active'))

/** Stops it in the middle of jobs; it may be between two of them. */
async function stopWithJobs(worker: ServeProcess, redis: RedisProcess): Promise<number> {
  for (let tries = 0; tries < 500; tries++) {
    worker.stop()
    await pause(5)
    const held = heldJobs(redis)
    if (held > 0) return held
    worker.resume()
    await pause(5)
  }
  throw new Error('The worker was never seen with a job')
}

it('changes nothing when it goes on after its jobs were given to another worker', async () => {
  await using resources = new AsyncDisposableStack()
  const redis = resources.use(await startRedis())
  const dataDir = dataDirOfTest()
  const start = async (OPSCORE_ROLE: string) => {
    const storage = { OPSCORE_STORAGE_TYPE: 'redis', OPSCORE_REDIS_URL: redis.url, OPSCORE_REDIS_PARTITIONS: '2' }
    const env = { ...storage, OPSCORE_API_KEY: API_KEY, OPSCORE_RATE_LIMIT: 'off', OPSCORE_ROLE }
    return resources.use(await startProcess('serve', { port: await freePort(), dataDir, env }))
  }
  const opsCore = await start('api')
  const stopped = await start('worker')
  const api = createApiClient(() => opsCore.url)
  const agents: TestAgent[] = []
  const agentIds = Array.from({ length: AGENTS }, (_, n) => `agent-${n}`)
  for (const agentId of agentIds) {
    const agent = await startTestAgent({ agentId, opsCore: opsCore.url, apiKey: API_KEY })
    agents.push(agent)
    resources.defer(() => agent.close())
    await agent.register({ capabilities: ['x'] })
    await agent.report('idle')
  }
  const begin = async (n: number) => {
    const { body } = await api.insist('POST', `/v1/opscore/agent/agent-${n % AGENTS}/workflow`, trigger)
    return (body as TriggerResponse).sessionId
  }
  const viewOf = (id: string) => api.get<SessionView>(`/v1/opscore/session/${id}`)
  const eventsOf = async (id: string) =>
    (await api.get<Page<OpsEvent>>(`/v1/opscore/session/${id}/event?limit=200`)).items
  const ends = async (ids: string[]) =>
    (await Promise.all(ids.map(viewOf))).filter(({ status }) => status !== 'running')

  const beginning = Promise.all(Array.from({ length: SESSIONS }, (_, n) => begin(n)))
  // In the midst of it: some have ended, some are under way, some wait.
  await expect.poll(() => agents.flatMap(({ received }) => received).length, SOON).toBeGreaterThan(SESSIONS)
  const held = await stopWithJobs(stopped, redis)
  const stoppedAt = performance.now()
  const sessionIds = await beginning
  const endedBefore = (await ends(sessionIds)).length
  expect(endedBefore).toBeLessThan(SESSIONS)

  const other = await start('worker')
  await expect.poll(async () => (await ends(sessionIds)).length, TAKEN_OVER).toBe(SESSIONS)
  await expect.poll(() => heldJobs(redis), TAKEN_OVER).toBe(0)
  await pause(Math.max(0, STANDS_STILL - (performance.now() - stoppedAt)))
  const before = await Promise.all(sessionIds.map(eventsOf))
  console.log(`${held} jobs were held, ${SESSIONS - endedBefore} sessions taken over`)

  stopped.resume()
  // Alone again, it has come to the end of what it was at by the time that it has taken other sessions to theirs.
  expect(await other.end('SIGTERM')).toBe(0)
  const later = await Promise.all(agentIds.map((_, n) => begin(n)))
  await expect.poll(async () => (await ends(later)).length, TAKEN_OVER).toBe(AGENTS)
  expect(await Promise.all(sessionIds.map(eventsOf))).toEqual(before)
  for (const events of before) {
    expect(events.filter(({ type }) => type === 'task.completed')).toHaveLength(tasks.length)
    expect(events.filter(({ type }) => type === 'session.completed')).toHaveLength(1)
  }
  expect([await stopped.end('SIGTERM'), await opsCore.end('SIGTERM')]).toEqual([0, 0])
  const store = await openRedisStore({ address: readRedisUrl(redis.url), partitions: 2, log: silentLog })
  resources.defer(() => store.close())
  expect(await logBreaches(await readEvidence(store, { agentIds, sessionIds: [...sessionIds, ...later] }))).toEqual([])
})
