import { rm } from 'node:fs/promises'
import type { ErrorCode } from '@opscore/contract'
import { freePort, verifyWebhook } from '@opscore/host'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startKit, temporaryFolder } from '../agentkit-fixture.ts'
import { type LocalServer, type Received, startLocalServer, until } from '../local-server.ts'

const SECRET = 'a secret of the tests'
const PATH = '/v1/opscore/internal/agent/notify'
const AGENT = { agentName: 'worker', contactEndpoint: 'http://127.0.0.1:8080/' }

const notices = (opsCore: LocalServer) => opsCore.received.map(({ body }) => JSON.parse(body))
const events = (opsCore: LocalServer) => notices(opsCore).map(({ event_type }) => event_type)
const sentTo = (opsCore: { url: string }) => ({ webhookUrl: `${opsCore.url}${PATH}`, webhookSecret: SECRET })

function verdict({ headers, body }: Received) {
  return verifyWebhook({
    secrets: [SECRET],
    timestamp: String(headers['x-agentkit-timestamp']),
    signature: String(headers['x-agentkit-signature']),
    body: Buffer.from(body),
    now: Date.now(),
  })
}

/** An error as a problem in the sense of RFC 9457. */
function problem(status: number, members: object) {
  const headers = { 'content-type': 'application/problem+json; charset=utf-8' }
  return { status, headers, body: { title: 'No', status, detail: 'said so', ...members } }
}

/** What Ops-Core answers itself. */
const refusal = (status: number, code: ErrorCode) => problem(status, { type: `urn:opscore:error:${code}`, code })

describe('telling Ops-Core', () => {
  it('sends a registration signed, with Unix seconds for a timestamp', async () => {
    await using opsCore = await startLocalServer()
    await using kit = await startKit({ settings: sentTo(opsCore) })
    const agentId = await kit.register(AGENT)
    await until('the webhook arrived', () => opsCore.received.length === 1)
    const [webhook] = opsCore.received
    if (webhook === undefined) throw new Error('no webhook')
    expect(webhook).toMatchObject({ method: 'POST', path: PATH, headers: { 'content-type': 'application/json' } })
    expect(webhook.headers['x-agentkit-timestamp']).toMatch(/^\d{10}$/)
    expect(verdict(webhook)).toEqual({ ok: true })
    expect(JSON.parse(webhook.body)).toEqual({
      event_type: 'REGISTER',
      agent_details: { ...AGENT, agentId, version: '1.0', capabilities: ['test'], metadata: {} },
      delivery_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  it('names each delivery, the same on every try and after a restart', async () => {
    const dataDir = await temporaryFolder()
    onTestFinished(() => rm(dataDir, { recursive: true }))
    await using opsCore = await startLocalServer()
    opsCore.answerWith({ status: 503 })
    const settings = { dataDir, ...sentTo(opsCore) }
    const first = await startKit({ settings })
    await first.register(AGENT)
    await until('it was tried twice', () => opsCore.received.length === 2)
    await first.close()
    opsCore.answerWith({ status: 200 })
    await using second = await startKit({ settings })
    await until('it was tried again', () => opsCore.received.length === 3)
    await second.register(AGENT)
    await until('the next one arrived', () => opsCore.received.length === 4)
    const ids = notices(opsCore).map(({ delivery_id }) => delivery_id)
    expect(new Set(ids.slice(0, 3)).size).toBe(1)
    expect(ids[3]).not.toBe(ids[0])
  })

  it('sends it unsigned where there is no secret', async () => {
    await using opsCore = await startLocalServer()
    await using kit = await startKit({ settings: { webhookUrl: `${opsCore.url}${PATH}` } })
    await kit.register(AGENT)
    await until('the webhook arrived', () => opsCore.received.length === 1)
    expect(opsCore.received[0]?.headers).not.toHaveProperty('x-agentkit-signature')
  })

  it('sends REGISTER again for an agent that comes back, and DEREGISTER for one that is removed', async () => {
    await using opsCore = await startLocalServer()
    await using kit = await startKit({ settings: sentTo(opsCore) })
    const agentId = await kit.register(AGENT)
    await until('the first arrived', () => opsCore.received.length === 1)
    await kit.register(AGENT)
    await kit.call('DELETE', `/v1/agents/${agentId}`)
    await until('all arrived', () => opsCore.received.length === 3)
    expect(events(opsCore)).toEqual(['REGISTER', 'REGISTER', 'DEREGISTER'])
    expect(notices(opsCore).map(({ agent_details }) => agent_details.agentId)).toEqual([agentId, agentId, agentId])
  })

  it('misses nothing while Ops-Core is away, and keeps the order of each agent', async () => {
    const port = await freePort()
    await using kit = await startKit({ settings: sentTo({ url: `http://127.0.0.1:${port}` }) })
    const ids: string[] = []
    for (let index = 0; index < 5; index += 1) {
      const agentId = await kit.register({ agentName: `worker-${index}`, contactEndpoint: AGENT.contactEndpoint })
      await kit.call('DELETE', `/v1/agents/${agentId}`)
      ids.push(agentId)
    }
    await until('it was tried', () => kit.logged.some(({ eventType }) => eventType === 'REGISTER'))

    await using opsCore = await startLocalServer({ port })
    await until('all arrived', () => opsCore.received.length === 10)
    for (const agentId of ids) {
      const about = notices(opsCore).filter(({ agent_details }) => agent_details.agentId === agentId)
      expect(about.map(({ event_type }) => event_type)).toEqual(['REGISTER', 'DEREGISTER'])
    }
    expect(opsCore.received.map(verdict)).toEqual(Array(10).fill({ ok: true }))
  })

  it.each([401, 408, 429, 500, 503])('tries again after %i, signed anew, before what follows', async (status) => {
    await using opsCore = await startLocalServer()
    let refusals = 2
    opsCore.answerWith(() => ({ status: refusals-- > 0 ? status : 200 }))
    await using kit = await startKit({ settings: sentTo(opsCore) })
    const agentId = await kit.register(AGENT)
    await kit.call('DELETE', `/v1/agents/${agentId}`)
    await until('all arrived', () => opsCore.received.length === 4)
    expect(events(opsCore)).toEqual(['REGISTER', 'REGISTER', 'REGISTER', 'DEREGISTER'])
    expect(opsCore.received.map(verdict)).toEqual(Array(4).fill({ ok: true }))
    expect(kit.logged.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })

  it.each([
    [400, 'UNKNOWN_EVENT_TYPE'],
    [403, 'FORBIDDEN'],
    [404, 'NOT_FOUND'],
    [413, 'PAYLOAD_TOO_LARGE'],
    [422, 'VALIDATION_FAILED'],
  ] as const)(
    'gives up what Ops-Core itself answers %i %s, says so, and goes on with what follows',
    async (status, code) => {
      await using opsCore = await startLocalServer()
      opsCore.answerWith(({ body }) => (body.includes('DEREGISTER') ? { status: 200 } : refusal(status, code)))
      await using kit = await startKit({ settings: sentTo(opsCore) })
      const agentId = await kit.register(AGENT)
      await until('it is shown', () => kit.logged.some(({ level }) => level === 'error'))
      expect((await kit.call('GET', `/v1/agents/${agentId}`)).body.data.announcement).toMatchObject({
        ...{ state: 'refused', status, code, reason: 'said so', since: expect.stringMatching(/Z$/) },
      })
      await kit.call('DELETE', `/v1/agents/${agentId}`)
      await until('both were sent', () => opsCore.received.length === 2)
      expect(events(opsCore)).toEqual(['REGISTER', 'DEREGISTER'])
      expect(kit.logged.filter(({ level }) => level === 'error')).toMatchObject([
        { agentId, eventType: 'REGISTER', status, code, reason: 'said so' },
      ])
    },
  )

  it.each([
    ['a page of 404', { status: 404, body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['403 in a JSON of its own', { status: 403, body: { code: 'FORBIDDEN' } }],
    ['405 as problem details without a code', problem(405, {})],
    ['400 as problem details with a code of its own', problem(400, { code: 'NO_SUCH_CODE' })],
    ['422 as problem details of its own kind', problem(422, { code: 'NOT_FOUND', type: 'https://proxy.test/e' })],
    ['413 as half a problem', { ...problem(413, {}), body: '{"code":"NOT_FOUND"' }],
    ['a redirect', { status: 302, headers: { location: '/elsewhere' } }],
  ])('tries again what something in front of Ops-Core answers with %s', async (_, answer) => {
    await using opsCore = await startLocalServer()
    opsCore.answerWith(answer)
    await using kit = await startKit({ settings: sentTo(opsCore) })
    const agentId = await kit.register(AGENT)
    await until('it was tried twice', () => opsCore.received.length === 2)
    expect((await kit.call('GET', '/v1/agents')).body.data).toMatchObject([
      { agentId, announcement: { state: 'waiting', reason: `it answered ${answer.status}` } },
    ])
    opsCore.answerWith({ status: 200 })
    await until('it was tried again', () => opsCore.received.length === 3)
    await kit.call('DELETE', `/v1/agents/${agentId}`)
    await until('what follows arrived', () => opsCore.received.length === 4)
    expect(events(opsCore)).toEqual(['REGISTER', 'REGISTER', 'REGISTER', 'DEREGISTER'])
    expect(kit.logged.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('lets a registration go first that comes while something refuses the one before', async () => {
    await using opsCore = await startLocalServer()
    opsCore.answerWith(({ body }) => ({ status: body.includes('enormous') ? 413 : 200 }))
    await using kit = await startKit({ settings: sentTo(opsCore) })
    const register = (version: string) =>
      kit.call('POST', '/v1/agents/register', { ...AGENT, capabilities: [], version })
    const { agentId } = (await register('enormous')).body.data
    await until('it was tried twice', () => opsCore.received.length === 2)
    await register('small')
    await until('the newer one arrived', () => notices(opsCore).at(-1).agent_details.version === 'small')
    expect(opsCore.received).toHaveLength(3)
    expect((await kit.call('GET', `/v1/agents/${agentId}`)).body.data).toMatchObject({ version: 'small' })
  })

  it('shows a refusal after a restart, sends the registration once more, and shows nothing once it was taken', async () => {
    const dataDir = await temporaryFolder()
    onTestFinished(() => rm(dataDir, { recursive: true }))
    await using opsCore = await startLocalServer()
    opsCore.answerWith(refusal(422, 'VALIDATION_FAILED'))
    const settings = { dataDir, ...sentTo(opsCore) }
    const refused = { announcement: { state: 'refused', code: 'VALIDATION_FAILED' } }
    const isRefused = ({ logged }: { logged: object[] }) => logged.some((line) => 'code' in line)
    const first = await startKit({ settings })
    await first.register(AGENT)
    await until('it was refused', () => isRefused(first))
    expect((await first.call('GET', '/v1/agents')).body.data).toMatchObject([refused])
    await first.close()

    const second = await startKit({ settings })
    await until('it was refused again', () => isRefused(second))
    expect((await second.call('GET', '/v1/agents')).body.data).toMatchObject([refused])
    opsCore.answerWith({ status: 200 })
    await second.register(AGENT)
    await until('the new one arrived', () => opsCore.received.length === 3)
    await second.close()

    const third = await startKit({ settings })
    expect((await third.call('GET', '/v1/agents')).body.data[0]).not.toHaveProperty('announcement')
    await third.close()
    expect(opsCore.received).toHaveLength(3)
  })

  it('sends what was left at the next start, and what was taken never again', async () => {
    const dataDir = await temporaryFolder()
    onTestFinished(() => rm(dataDir, { recursive: true }))
    const port = await freePort()
    const settings = { dataDir, ...sentTo({ url: `http://127.0.0.1:${port}` }) }
    const first = await startKit({ settings })
    await first.register(AGENT)
    await first.close()

    await using opsCore = await startLocalServer({ port })
    const second = await startKit({ settings })
    await until('it arrived', () => opsCore.received.length === 1)
    await second.close()

    const third = await startKit({ settings })
    await third.register({ ...AGENT, agentName: 'another' })
    await until('the other arrived', () => opsCore.received.length === 2)
    await third.close()
    expect(notices(opsCore).map(({ agent_details }) => agent_details.agentName)).toEqual(['worker', 'another'])
  })

  it('sends the newest of many registrations that waited', async () => {
    const port = await freePort()
    await using kit = await startKit({ settings: sentTo({ url: `http://127.0.0.1:${port}` }) })
    for (let version = 0; version < 10; version += 1) {
      await kit.call('POST', '/v1/agents/register', { ...AGENT, capabilities: [], version: String(version) })
    }
    await using opsCore = await startLocalServer({ port })
    await until('both arrived', () => opsCore.received.length === 2)
    expect(notices(opsCore).map(({ agent_details }) => agent_details.version)).toEqual(['0', '9'])
  })
})
