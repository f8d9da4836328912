/**
 * A worker that is stopped in the middle of its work, and goes on after another has taken that over (reliability.md, fault
 * catalogue B): what it then says was decided on a version that has passed, and changes nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpsEvent, Page, SessionView, TriggerResponse } from '@opscore/contract'
import { freePort } from '@opscore/host'
import { expect, it } from 'vitest'
import { startRedis } from '../../../store-redis/test/redis/redis-process.ts'
import { startTestAgent, type TestAgent } from '../end-to-end/test-agent.ts'
import { API_KEY, createApiClient } from './api-client.ts'
import { startProcess } from './serve-process.ts'

const IN_TIME = { timeout: 60_000, interval: 50 }

it('changes nothing when it goes on after another worker has ended the session', async () => {
  await using resources = new AsyncDisposableStack()
  const redis = resources.use(await startRedis())
  const dataDir = await mkdtemp(join(tmpdir(), 'opscore-fencing-'))
  resources.defer(() => rm(dataDir, { recursive: true, force: true }))
  const start = async (OPSCORE_ROLE: string) => {
    const env = { OPSCORE_STORAGE_TYPE: 'redis', OPSCORE_REDIS_URL: redis.url, OPSCORE_API_KEY: API_KEY, OPSCORE_ROLE }
    return resources.use(await startProcess('serve', { port: await freePort(), dataDir, env }))
  }
  const opsCore = await start('api')
  const stopped = await start('worker')
  const api = createApiClient(() => opsCore.url)

  // It is stopped while it waits for the agent to take the task, and so in the middle of an effect.
  const agent: TestAgent = await startTestAgent({
    agentId: 'one',
    opsCore: opsCore.url,
    apiKey: API_KEY,
    status: ({ payload }) => {
      if (payload.attempt === 1 && agent.received.length === 0) stopped.stop()
      return 200
    },
    work: async ({ payload, opscore_task_id }, { report }) => {
      if (payload.attempt > 1) await report('idle', { opscore_task_id, result: payload.attempt })
    },
  })
  resources.defer(() => agent.close())
  await agent.register()
  await agent.report('idle')
  const task = { taskId: 't', name: 't', timeouts: { startToClose: 2 }, retry: { initialInterval: 0.1 } }
  const trigger = { workflowDefinition: { id: 'w', tasks: [task] } }
  const { body } = await api.insist('POST', '/v1/opscore/agent/one/workflow', trigger)
  const { sessionId } = body as TriggerResponse
  await expect.poll(() => agent.received.length, IN_TIME).toBe(1)

  const other = await start('worker')
  const path = `/v1/opscore/session/${sessionId}`
  await expect.poll(async () => (await api.get<SessionView>(path)).status, IN_TIME).toBe('completed')
  const eventsOf = async () => (await api.get<Page<OpsEvent>>(`${path}/event?limit=200`)).items
  const before = await eventsOf()

  stopped.resume()
  // Alone again, it has carried out what it was at by the time that it has taken another session to its end.
  await other.end('SIGTERM')
  const second = await api.insist('POST', '/v1/opscore/agent/one/workflow', trigger)
  const next = `/v1/opscore/session/${(second.body as TriggerResponse).sessionId}`
  await expect.poll(async () => (await api.get<SessionView>(next)).status, IN_TIME).toBe('completed')
  expect(await eventsOf()).toEqual(before)
  expect(before.filter(({ type }) => type === 'task.completed')).toHaveLength(1)
})
