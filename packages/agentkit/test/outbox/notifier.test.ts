import { rm } from 'node:fs/promises'
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
    })
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

  it.each([400, 403, 404, 422])(
    'gives up what is answered %i, says so, and goes on with what follows',
    async (status) => {
      await using opsCore = await startLocalServer()
      opsCore.answerWith(({ body }) => ({ status: body.includes('DEREGISTER') ? 200 : status }))
      await using kit = await startKit({ settings: sentTo(opsCore) })
      const agentId = await kit.register(AGENT)
      await kit.call('DELETE', `/v1/agents/${agentId}`)
      await until('both were sent', () => opsCore.received.length === 2)
      expect(events(opsCore)).toEqual(['REGISTER', 'DEREGISTER'])
      expect(kit.logged.filter(({ level }) => level === 'error')).toMatchObject([
        { agentId, eventType: 'REGISTER', reason: `it answered ${status}` },
      ])
    },
  )

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
