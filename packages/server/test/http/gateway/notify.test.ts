import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Once } from '@opscore/engine'
import { signWebhook } from '@opscore/host'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type CallOptions, startApi } from '../api-under-test.ts'
import { anAgent, type StartedOpsCore, startedOpsCore } from '../started-ops-core.ts'

const NOTIFY = '/v1/opscore/internal/agent/notify'
const anonymous = { authorization: undefined }
const registration = (agentId: string) => ({ event_type: 'REGISTER', agent_details: anAgent(agentId) })
const named = (agentId: string, agentName: string) => ({
  event_type: 'REGISTER',
  agent_details: { ...anAgent(agentId), agentName },
})

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

  const nameOf = async (agentId: string) => (await opscore.call('GET', `/v1/opscore/agent/${agentId}`)).json.agentName

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

  test('takes what an agent answered, once, and with a result of 256 KiB', async () => {
    const agentId = `answering-${storage}`
    const agent = createServer((_, response) => response.writeHead(202).end()).listen(0, '127.0.0.1')
    onTestFinished(() => void agent.close().closeAllConnections())
    await once(agent, 'listening')
    const address = agent.address()
    const contactEndpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`
    const details = { ...anAgent(agentId), contactEndpoint, metadata: { config: { answers: 'result' } } }
    await opscore.call('POST', NOTIFY, signed({ event_type: 'REGISTER', agent_details: details }))
    const workflowDefinition = { id: 'answered', name: 'answered', tasks: [{ taskId: 't', name: 't' }] }
    const triggered = await opscore.call('POST', `/v1/opscore/agent/${agentId}/workflow`, {
      json: { workflowDefinition },
    })
    const attemptId = `${triggered.json.sessionId}.1.1`
    const result = 'x'.repeat(256 * 1024 - 2)
    const said = { event_type: 'RESULT', agentId, opscore_task_id: attemptId, status: 'completed', result }
    const call = signed({ ...said, delivery_id: 'answer-1' })
    const answers = [await opscore.call('POST', NOTIFY, call), await opscore.call('POST', NOTIFY, call)]
    expect(answers.map(({ status, json }) => [status, json.message])).toEqual(
      Array(2).fill([200, `Answer to ${attemptId} noted.`]),
    )
    await vi.waitFor(async () => {
      const { json } = await opscore.call('GET', `/v1/opscore/session/${triggered.json.sessionId}`)
      expect([json.status, json.result === result]).toEqual(['completed', true])
    }, 30_000)
    const { status, ...rest } = said
    expect((await opscore.call('POST', NOTIFY, signed(rest))).status).toBe(422)
  })

  test('a delivery that comes again does not undo what came after it', async () => {
    const call = signed({ ...registration('replayed'), delivery_id: 'd-1' })
    await opscore.call('POST', NOTIFY, call)
    await opscore.call('POST', NOTIFY, signed(named('replayed', 'later')))
    const again = await opscore.call('POST', NOTIFY, call)
    expect([again.status, again.json.message]).toEqual([200, 'Agent replayed registered successfully.'])
    expect(await nameOf('replayed')).toBe('later')
    // As it is when it is tried again: signed anew.
    const later = String(Math.floor(Date.now() / 1000) + 1)
    await opscore.call(
      'POST',
      NOTIFY,
      signed({ ...registration('replayed'), delivery_id: 'd-1' }, { timestamp: later }),
    )
    expect(await nameOf('replayed')).toBe('later')
  })

  test('a delivery that comes again does not bring a removed agent back', async () => {
    const call = signed({ ...registration('left'), delivery_id: 'd-2' })
    await opscore.call('POST', NOTIFY, call)
    const gone = { event_type: 'DEREGISTER', agent_details: anAgent('left'), delivery_id: 'd-3' }
    await opscore.call('POST', NOTIFY, signed(gone))
    await opscore.call('POST', NOTIFY, call)
    expect((await opscore.call('GET', '/v1/opscore/agent/left')).status).toBe(404)
  })

  test('the id of a delivery with another body is another delivery', async () => {
    await opscore.call('POST', NOTIFY, signed({ ...registration('counted'), delivery_id: '1' }))
    const other = await opscore.call('POST', NOTIFY, signed({ ...named('counted', 'second'), delivery_id: '1' }))
    expect([other.status, await nameOf('counted')]).toEqual([200, 'second'])
  })

  describe('without ids, within one second', () => {
    const timestamp = String(Math.floor(Date.now() / 1000))
    const say = async (json: object) => (await opscore.call('POST', NOTIFY, signed(json, { timestamp }))).status

    test('what is said again after something else holds: v1, v2, v1', async () => {
      const [first, second] = [named('twice', 'v1'), named('twice', 'v2')]
      expect([await say(first), await say(second), await say(first)]).toEqual([200, 200, 200])
      expect(await nameOf('twice')).toBe('v1')
      expect([await say(second), await say(second)]).toEqual([200, 200])
      expect(await nameOf('twice')).toBe('v2')
    })

    test('an agent that comes, goes and comes again is there; one that goes a second time is gone', async () => {
      const come = named('restless', 'v1')
      const go = { event_type: 'DEREGISTER', agent_details: come.agent_details }
      expect([await say(come), await say(go), await say(come)]).toEqual([200, 200, 200])
      expect(await nameOf('restless')).toBe('v1')
      expect(await say(go)).toBe(200)
      expect((await opscore.call('GET', '/v1/opscore/agent/restless')).status).toBe(404)
    })

    test('one that was removed by hand between is there again', async () => {
      const come = named('removed', 'v1')
      await say(come)
      await opscore.call('DELETE', '/v1/opscore/agent/removed')
      await say(come)
      expect(await nameOf('removed')).toBe('v1')
    })

    test('the same call over and over, with nothing between, counts once', async () => {
      const come = {
        event_type: 'REGISTER',
        agent_details: { ...anAgent('insistent'), metadata: { a: [1, { b: 2 }] } },
      }
      const answers = await Promise.all(Array.from({ length: 50 }, () => say(come)))
      answers.push(await say(come))
      expect(new Set(answers)).toEqual(new Set([200]))
      const { json } = await opscore.call('GET', '/v1/opscore/agent/insistent')
      expect(json.updatedAt).toBe(json.registeredAt)
    })
  })

  test('an agent that is not known may be deregistered', async () => {
    const answer = await opscore.call('POST', NOTIFY, signed({ event_type: 'deregister', agentId: 'nobody' }))
    expect([answer.status, answer.json]).toEqual([
      200,
      { status: 'success', message: 'Agent nobody deregistered successfully.' },
    ])
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
  const fingerprint = expect.any(String)
  expect(seen).toEqual([{ key: `webhook:${signature}`, fingerprint, expiresAt: now + 600_000, whileItHolds: true }])
})

test('a delivery counts once for 24 hours, by its id, signed or not', async () => {
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
  const json = { ...registration('a'), delivery_id: 'd' }
  await api.call('POST', NOTIFY, signed(json))
  await api.call('POST', NOTIFY, { json })
  expect(seen[0]).toEqual({
    key: expect.stringMatching(/^delivery:/),
    fingerprint: expect.any(String),
    expiresAt: now + 24 * 3_600_000,
  })
  expect(seen[1]).toEqual(seen[0])
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
