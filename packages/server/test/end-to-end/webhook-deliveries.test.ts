/** What Ops-Core remembers of AgentKit's webhook lies in the store: a process that follows another knows it as well. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog, readSettings, signWebhook } from '@opscore/host'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RedisProcess, startRedis } from '../../../store-redis/test/redis/redis-process.ts'
import { serverSettings, startOpsCore } from '../../src/index.ts'
import { anAgent } from '../http/started-ops-core.ts'

const SECRET = 'the secret of the webhook'
const KEY = 'the-key-of-the-test'

type Json = Record<string, unknown>

describe.each(['sqlite', 'redis'] as const)('over %s', (storage) => {
  let redis: RedisProcess | undefined
  let dataDir: string

  beforeAll(async () => {
    if (storage === 'redis') redis = await startRedis({ 'maxmemory-policy': 'noeviction' })
    dataDir = await mkdtemp(join(tmpdir(), 'opscore-deliveries-'))
  })
  afterAll(async () => {
    await redis?.[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true })
  })

  async function start() {
    const server = await startOpsCore({
      settings: readSettings(serverSettings, {
        OPSCORE_PORT: '0',
        OPSCORE_DATA_DIR: dataDir,
        OPSCORE_STORAGE_TYPE: storage,
        OPSCORE_REDIS_URL: redis?.url,
        OPSCORE_API_KEY: KEY,
        OPSCORE_WEBHOOK_SECRET: SECRET,
      }),
      log: createLog({ level: 'silent', name: 'test' }),
    })
    const post = (body: Json, second: number) => notify(server.url, body, second)
    const agent = (agentId: string) => nameOf(server.url, agentId)
    return { post, agent, [Symbol.asyncDispose]: () => server.close() }
  }

  test('a delivery that is tried again after a restart, signed anew, is answered and changes nothing', async () => {
    const first = register('kept', 'v1', 'delivery-1')
    {
      await using opscore = await start()
      expect(await opscore.post(first, 0)).toBe(200)
      expect(await opscore.post(register('kept', 'v2', 'delivery-2'), 0)).toBe(200)
    }
    await using opscore = await start()
    expect(await opscore.post(first, 1)).toBe(200)
    expect(await opscore.agent('kept')).toBe('v2')
  })

  test('words without a delivery id that are said again after others hold, after a restart too', async () => {
    const come = register('bare', 'v1')
    const go = { event_type: 'DEREGISTER', agent_details: anAgent('bare') }
    {
      await using opscore = await start()
      expect([await opscore.post(come, 0), await opscore.post(go, 0)]).toEqual([200, 200])
      expect(await opscore.agent('bare')).toBeUndefined()
    }
    await using opscore = await start()
    expect(await opscore.post(come, 0)).toBe(200)
    expect(await opscore.agent('bare')).toBe('v1')
  })
})

function register(agentId: string, agentName: string, delivery_id?: string): Json {
  return { event_type: 'REGISTER', agent_details: { ...anAgent(agentId), agentName }, delivery_id }
}

const began = Math.floor(Date.now() / 1000)

async function notify(url: string, json: Json, second: number): Promise<number> {
  const body = JSON.stringify(json)
  const timestamp = String(began + second)
  const signature = signWebhook({ secret: SECRET, timestamp, body })
  const response = await fetch(`${url}/v1/opscore/internal/agent/notify`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-agentkit-timestamp': timestamp,
      'x-agentkit-signature': signature,
    },
    body,
  })
  return response.status
}

async function nameOf(url: string, agentId: string): Promise<string | undefined> {
  const response = await fetch(`${url}/v1/opscore/agent/${agentId}`, { headers: { authorization: `Bearer ${KEY}` } })
  const answer = (await response.json()) as { agentName?: string }
  return answer.agentName
}
