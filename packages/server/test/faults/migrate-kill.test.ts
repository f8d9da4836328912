/** A store that is moved while its sessions are open, by a command that is killed again and again on the way. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { OpsEvent, SessionView, TriggerResponse } from '@opscore/contract'
import { freePort } from '@opscore/host'
import { openSqliteStore } from '@opscore/store-sqlite'
import { expect, it } from 'vitest'
import { silentLog } from '../../../engine/test/engine/silent-log.ts'
import { commitAll, register, report, stateChanged } from '../../../engine/test/store-contract/commits.ts'
import { type RedisProcess, startRedis } from '../../../store-redis/test/redis/redis-process.ts'
import { startTestAgent } from '../end-to-end/test-agent.ts'
import { API_KEY, createApiClient } from './api-client.ts'
import { startProcess } from './serve-process.ts'

const MAIN = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url))
const IN_TIME = { timeout: 120_000, interval: 50 }
const SESSIONS = 20
/** Long enough that the command can be killed in it. */
const [TALKERS, REPORTS] = [10, 4_000]

/** Agents that reported a lot, a moment ago. */
async function fill(dataDir: string): Promise<void> {
  const store = await openSqliteStore({ dataDir, log: silentLog })
  const time = Date.now()
  const talker = async (id: string) => {
    await commitAll(store, register(id, { events: [{ type: 'agent.registered', time, agentId: id, data: {} }] }))
    for (let version = 1; version < REPORTS; version++) {
      await store.commit(report(id, version, { events: [stateChanged(id, { time })], reportOnly: true }))
    }
  }
  await Promise.all(Array.from({ length: TALKERS }, (_, n) => talker(`talker-${n}`)))
  await store.close()
}

function migration(dataDir: string, redis: RedisProcess) {
  const args = [MAIN, 'migrate', '--from', `sqlite:${dataDir}`, '--to', `redis:${redis.url}`]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.stderr += text
  })
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  return { said, ended, kill: () => child.kill('SIGKILL') }
}

/** How many rows of a stage one partition has. */
const reached = (redis: RedisProcess, stage: string): number =>
  Number(redis.cli('HGET', 'opscore:{p0}:meta', `at:${stage}`))

/** Kills the command once the stage has come so far. */
async function killed(dataDir: string, redis: RedisProcess, stage: string, far: number): Promise<void> {
  const { ended, kill, said } = migration(dataDir, redis)
  await expect.poll(() => reached(redis, stage) > far, { timeout: 60_000, interval: 1 }).toBe(true)
  kill()
  expect([await ended, said.stdout]).toEqual(['SIGKILL', ''])
  expect(redis.cli('HGET', 'opscore:{w}:meta', 'whole')).toBe('')
}

it('goes on after each kill, comes to the same, and its sessions come to their end over Redis', async () => {
  await using resources = new AsyncDisposableStack()
  const redis = resources.use(await startRedis())
  const dataDir = await mkdtemp(join(tmpdir(), 'opscore-migrate-'))
  resources.defer(() => rm(dataDir, { recursive: true, force: true }))
  await fill(dataDir)
  const port = await freePort()
  const common = { OPSCORE_API_KEY: API_KEY, OPSCORE_RATE_LIMIT: 'off' }
  const overSqlite = resources.use(await startProcess('serve', { port, dataDir, env: common }))
  const api = createApiClient(() => overSqlite.url)
  const released = Promise.withResolvers<void>()
  const agent = await startTestAgent({
    agentId: 'patient',
    opsCore: overSqlite.url,
    apiKey: API_KEY,
    work: async ({ opscore_task_id, payload }, { report: say }) => {
      if (payload.task_name === 'second') await released.promise
      await say('idle', { opscore_task_id, result: payload.task_name })
    },
  })
  resources.defer(() => agent.close())
  await agent.register({ metadata: { config: { maxConcurrency: SESSIONS / 2 } } })
  await agent.report('idle')
  const tasks = [
    { taskId: 'first', name: 'first', nextTaskId: 'second' },
    { taskId: 'second', name: 'second', retry: { initialInterval: 0.1 } },
  ]
  const begin = async (n: number) => {
    const trigger = { workflowDefinition: { id: 'two', tasks } }
    const key = { 'idempotency-key': `trigger-${n}` }
    return (await api.insist('POST', '/v1/opscore/agent/patient/workflow', trigger, key)).body as TriggerResponse
  }
  const begun = await Promise.all(Array.from({ length: SESSIONS }, (_, n) => begin(n)))
  const atSecond = () => agent.received.filter(({ payload }) => payload.task_name === 'second').length
  await expect.poll(atSecond, IN_TIME).toBe(SESSIONS / 2)
  await overSqlite.end('SIGKILL')

  await killed(dataDir, redis, 'agents', 0)
  await killed(dataDir, redis, 'events', 0)
  await killed(dataDir, redis, 'events', (TALKERS * REPORTS) / 2)
  const env = { ...common, OPSCORE_STORAGE_TYPE: 'redis', OPSCORE_REDIS_URL: redis.url }
  await expect(startProcess('serve', { port, dataDir, env })).rejects.toThrow('has not filled to its end')

  const last = migration(dataDir, redis)
  expect([await last.ended, last.said.stderr]).toEqual([0, expect.stringContaining('Both sides hold the same')])
  const lines = last.said.stdout.trimEnd().split('\n')
  expect(lines.slice(1).every((line) => line.endsWith('same'))).toBe(true)
  expect(lines.find((line) => line.startsWith('sessions'))).toMatch(new RegExp(`^sessions +${SESSIONS} +${SESSIONS} `))

  resources.use(await startProcess('serve', { port, dataDir, env }))
  expect(await Promise.all(begun.map((_, n) => begin(n)))).toEqual(begun)
  released.resolve()
  for (const { sessionId } of begun) {
    const path = `/v1/opscore/session/${sessionId}`
    await expect.poll(async () => (await api.get<SessionView>(path)).status, IN_TIME).toBe('completed')
    const completed = (await api.all<OpsEvent>(`${path}/event`)).filter(({ type }) => type === 'task.completed')
    expect(completed).toHaveLength(tasks.length)
  }
  expect((await api.all(`/v1/opscore/agent/talker-0/state/history`)).length).toBe(REPORTS)
})
