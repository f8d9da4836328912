import { signWebhook } from '@opscore/host'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Once } from '../../src/engine/engine.ts'
import { type CallOptions, startApi } from './api-under-test.ts'
import { anAgent, type StartedOpsCore, startedOpsCore } from './started-ops-core.ts'

const NOTIFY = '/v1/opscore/internal/agent/notify'
const anonymous = { authorization: undefined }
const registration = (agentId: string) => ({ event_type: 'REGISTER', agent_details: anAgent(agentId) })

function signed(
  json: unknown,
  { secret = 'new', timestamp = String(Math.floor(Date.now() / 1000)) } = {},
): CallOptions {
  const body = JSON.stringify(json)
  const signature = signWebhook({ secret, timestamp, body })
  return { body, headers: { ...anonymous, 'x-agentkit-timestamp': timestamp, 'x-agentkit-signature': signature } }
}

describe.each(['memory', 'sqlite'] as const)("AgentKit's webhook, over the %s store", (storage) => {
  let opscore: StartedOpsCore
  beforeAll(async () => {
    opscore = await startedOpsCore({ storage, webhookSecrets: ['new', 'old'] })
  })
  afterAll(async () => {
    await opscore[Symbol.asyncDispose]()
  })

  test('registers an agent, which is readable at once', async () => {
    const answer = await opscore.call('POST', NOTIFY, signed(registration('fresh')))
    expect([answer.status, answer.json]).toEqual([
      200,
      { status: 'success', message: 'Agent fresh registered successfully.' },
    ])
    const { json } = await opscore.call('GET', '/v1/opscore/agent/fresh/state')
    expect(json).toMatchObject({ agentId: 'fresh', state: 'UNKNOWN', details: { reason: 'Initial registration' } })
  })

  test('registering again replaces the details and keeps the state', async () => {
    await opscore.call('POST', NOTIFY, signed(registration('again')))
    const report = { agentId: 'again', timestamp: '2026-01-02T03:04:05Z', state: 'idle', details: null }
    expect((await opscore.call('POST', '/v1/opscore/agent/again/state', { json: report })).status).toBe(202)
    const changed = {
      event_type: 'register',
      agent_details: { ...anAgent('again'), agentName: 'renamed', metadata: null },
    }
    expect((await opscore.call('POST', NOTIFY, signed(changed))).status).toBe(200)
    const { json } = await opscore.call('GET', '/v1/opscore/agent/again')
    expect(json).toMatchObject({ agentName: 'renamed', state: 'idle' })
  })

  test('takes what the Python AgentKit sends: extra keys, no capabilities, no metadata', async () => {
    const { capabilities: _, metadata: __, ...bare } = anAgent('bare')
    const sent = {
      event_type: 'Register',
      agent_details: { ...bare, registrationTime: 'now', registration_time: 'now' },
    }
    expect((await opscore.call('POST', NOTIFY, signed(sent))).status).toBe(200)
    expect((await opscore.call('GET', '/v1/opscore/agent/bare')).json).toMatchObject({ capabilities: [] })
  })

  test.each([
    ['the second secret', { secret: 'old' }],
    ['a time in ISO 8601', { timestamp: new Date().toISOString() }],
    ['a time with microseconds and an offset', { timestamp: new Date().toISOString().replace('Z', '123+00:00') }],
    ['a clock 290 s behind', { timestamp: String(Math.floor(Date.now() / 1000) - 290) }],
    ['a clock 290 s ahead', { timestamp: String(Math.floor(Date.now() / 1000) + 290) }],
  ])('takes %s', async (_name, how) => {
    expect((await opscore.call('POST', NOTIFY, signed(registration('signed'), how))).status).toBe(200)
  })

  test('an Authorization header on a signed call does no harm', async () => {
    const { body, headers } = signed(registration('both'))
    const answer = await opscore.call('POST', NOTIFY, { body, headers: { ...headers, authorization: 'Bearer wrong' } })
    expect(answer.status).toBe(200)
  })

  test('deregisters, and a replay of the same signed call is answered alike', async () => {
    await opscore.call('POST', NOTIFY, signed(registration('gone')))
    const call = signed({ event_type: 'DEREGISTER', agent_details: anAgent('gone') })
    const first = await opscore.call('POST', NOTIFY, call)
    const second = await opscore.call('POST', NOTIFY, call)
    expect([first.status, second.status, second.text]).toEqual([200, 200, first.text])
    expect((await opscore.call('GET', '/v1/opscore/agent/gone')).status).toBe(404)
  })

  test('a replayed registration does not undo what came after it', async () => {
    const call = signed(registration('replayed'))
    await opscore.call('POST', NOTIFY, call)
    const later = { event_type: 'REGISTER', agent_details: { ...anAgent('replayed'), agentName: 'later' } }
    await opscore.call('POST', NOTIFY, signed(later))
    expect((await opscore.call('POST', NOTIFY, call)).status).toBe(200)
    expect((await opscore.call('GET', '/v1/opscore/agent/replayed')).json.agentName).toBe('later')
  })

  test('an attempt that is not known may fail to be dispatched', async () => {
    const call = { event_type: 'DISPATCH_FAILED', opscore_task_id: 'none', reason: 'no connection' }
    expect((await opscore.call('POST', NOTIFY, signed(call))).status).toBe(200)
  })
})

describe('an unsigned call', () => {
  const engine = { registerAgent: async () => ({ agentId: 'a', created: true }) }
  const json = registration('a')

  test('is let in with a key that may register agents, beside a secret', async () => {
    await using api = await startApi({ engine, settings: { webhookSecrets: ['s'] } })
    expect((await api.call('POST', NOTIFY, { json })).status).toBe(200)
    expect((await api.call('POST', NOTIFY, { json, headers: anonymous })).status).toBe(401)
  })

  test('is let in where that is allowed, secret or not', async () => {
    for (const webhookSecrets of [[], ['s']]) {
      await using api = await startApi({
        engine,
        settings: { webhookSecrets, webhookAllowUnsigned: true, host: '0.0.0.0' },
      })
      expect((await api.call('POST', NOTIFY, { json, headers: anonymous })).status).toBe(200)
    }
  })

  test.each(['127.0.0.1', '127.9.8.7', '::1', 'localhost'])('is let in without a secret on %s', async (host) => {
    await using api = await startApi({ engine, settings: { host } })
    expect((await api.call('POST', NOTIFY, { json, headers: anonymous })).status).toBe(200)
  })

  test.each(['0.0.0.0', '::', '192.168.1.5', 'opscore.internal'])('is refused without a secret on %s', async (host) => {
    await using api = await startApi({ engine, settings: { host } })
    expect((await api.call('POST', NOTIFY, { json, headers: anonymous })).status).toBe(401)
  })

  test.each(['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'X-Forwarded-Anything'])(
    'is refused on loopback where %s says that a proxy passed it on',
    async (header) => {
      await using api = await startApi({ engine })
      expect((await api.call('POST', NOTIFY, { json, headers: { ...anonymous, [header]: 'x' } })).status).toBe(401)
    },
  )

  test('is not recorded as having happened once', async () => {
    const seen: (Once | undefined)[] = []
    await using api = await startApi({
      engine: {
        registerAgent: async (_details, once) => {
          seen.push(once)
          return { agentId: 'a', created: true }
        },
      },
    })
    await api.call('POST', NOTIFY, { json })
    expect(seen).toEqual([undefined])
  })
})

test('a signed call counts once for 600 s, by its signature', async () => {
  const seen: (Once | undefined)[] = []
  const now = Date.now()
  await using api = await startApi({
    now: () => now,
    settings: { webhookSecrets: ['new'] },
    engine: {
      registerAgent: async (_details, once) => {
        seen.push(once)
        return { agentId: 'a', created: true }
      },
    },
  })
  const call = signed(registration('a'))
  await api.call('POST', NOTIFY, call)
  const signature = call.headers?.['x-agentkit-signature']
  expect(seen).toEqual([{ key: `webhook:${signature}`, fingerprint: expect.any(String), expiresAt: now + 600_000 }])
})

test('the signature is over the bytes as they came', async () => {
  await using api = await startApi({
    settings: { webhookSecrets: ['new'] },
    engine: { registerAgent: async () => ({ agentId: 'a', created: true }) },
  })
  const { body, headers } = signed(registration('a'))
  const spaced = { body: ` ${String(body)}`, headers }
  expect((await api.call('POST', NOTIFY, spaced)).json.code).toBe('INVALID_SIGNATURE')
})
