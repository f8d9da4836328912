import { rm } from 'node:fs/promises'
import { request as rawRequest } from 'node:http'
import { ConfigurationError } from '@opscore/host'
import { describe, expect, it, onTestFinished } from 'vitest'
import { message, startKit, type TestKit, temporaryFolder } from '../agentkit-fixture.ts'
import { startLocalServer } from '../local-server.ts'

const KEY = 'a key of the tests'.replaceAll(' ', '-')
const AGENT = { agentName: 'worker', version: '1', capabilities: [], contactEndpoint: 'http://127.0.0.1:8080/' }
const TOOL = { name: 'tool', endpoint: 'http://127.0.0.1:9000/' }
const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

interface Ways {
  headers?: Record<string, string>
}

/** Every address but the open ones, with the status it answers where the caller is let in. */
async function answers(kit: TestKit, agentId: string, { headers = {} }: Ways = {}) {
  const run = `/v1/agents/${agentId}/run`
  const status = async (...call: Parameters<TestKit['call']>) => (await kit.call(...call)).status
  const invocation = message({ messageType: 'tool_invocation', payload: { tool_name: 'nothing' } })
  return {
    register: await status('POST', '/v1/agents/register', AGENT, headers),
    list: await status('GET', '/v1/agents', undefined, headers),
    message: await status('POST', run, message(), headers),
    invocation: await status('POST', run, invocation, headers),
    tools: await status('GET', '/v1/tools', undefined, headers),
    addTool: await status('POST', '/v1/tools', TOOL, headers),
    removeTool: await status('DELETE', '/v1/tools/tool', undefined, headers),
    remove: await status('DELETE', `/v1/agents/${agentId}`, undefined, headers),
  }
}

const OPEN = { register: 201, list: 200, message: 202 }
const KEYED = { invocation: 404, tools: 200, addTool: 201, removeTool: 200, remove: 200 }
const refused = (names: object) => Object.fromEntries(Object.keys(names).map((name) => [name, 401]))

async function registered(kit: TestKit, headers: Record<string, string> = {}) {
  return (await kit.call('POST', '/v1/agents/register', AGENT, headers)).body.data.agentId
}

describe('who may do what', () => {
  it('lets everything in on loopback without a key', async () => {
    await using kit = await startKit()
    expect(await answers(kit, await registered(kit))).toEqual({ ...OPEN, ...KEYED })
  })

  it('asks for the key, where there is one, for tools, removing and invocations', async () => {
    await using kit = await startKit({ settings: { apiKey: KEY, host: '0.0.0.0' } })
    const agentId = await registered(kit)
    expect(await answers(kit, agentId)).toEqual({ ...OPEN, ...refused(KEYED) })
    expect(await answers(kit, agentId, { headers: bearer(`${KEY}x`) })).toEqual({ ...OPEN, ...refused(KEYED) })
    expect(await answers(kit, agentId, { headers: { authorization: KEY } })).toEqual({ ...OPEN, ...refused(KEYED) })
    expect(await answers(kit, agentId, { headers: { authorization: `bearer ${KEY}` } })).toEqual({ ...OPEN, ...KEYED })
  })

  it('asks for it everywhere but at the open addresses with AGENTKIT_REQUIRE_KEY', async () => {
    await using kit = await startKit({ settings: { apiKey: KEY, requireKey: true } })
    const agentId = await registered(kit, bearer(KEY))
    expect(await answers(kit, agentId)).toEqual(refused({ ...OPEN, ...KEYED }))
    expect(await answers(kit, agentId, { headers: bearer(KEY) })).toEqual({ ...OPEN, ...KEYED })
    expect((await kit.call('GET', '/health')).status).toBe(200)
    expect((await kit.call('GET', '/')).status).toBe(200)
  })

  it('says 401 with the scheme, in the envelope', async () => {
    await using kit = await startKit({ settings: { apiKey: KEY } })
    const reply = await kit.call('GET', '/v1/tools')
    expect(reply).toMatchObject({ status: 401, body: { status: 'error', error_code: 'UNAUTHENTICATED' } })
    expect(reply.headers.get('www-authenticate')).toBe('Bearer')
  })

  it.each<Record<string, string>>([
    { forwarded: 'for=1.2.3.4' },
    { 'x-forwarded-for': '1.2.3.4' },
    { 'x-forwarded-proto': 'https' },
  ])('takes a request that came through a proxy for no local one: %o', async (headers) => {
    await using kit = await startKit()
    expect((await kit.call('GET', '/v1/tools', undefined, headers)).status).toBe(401)
    expect((await kit.call('GET', '/v1/agents', undefined, headers)).status).toBe(200)
  })

  it('takes a page whose name was bound to this machine for no local one', async () => {
    await using kit = await startKit()
    const status = (host: string) =>
      new Promise((resolve, reject) => {
        const call = rawRequest(`${kit.url}/v1/tools`, { headers: { host } }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
        call.on('error', reject).end()
      })
    expect(await status('evil.example:8001')).toBe(401)
    expect(await status('localhost:8001')).toBe(200)
    expect(await status('[::1]:8001')).toBe(200)
  })
})

describe('a start', () => {
  it.each([
    ['beyond loopback without a key', { host: '0.0.0.0' }, /AGENTKIT_HOST 0\.0\.0\.0 .* AGENTKIT_API_KEY/],
    ['on a name without a key', { host: 'worker.example' }, /AGENTKIT_API_KEY/],
    ['with a key required and none there', { requireKey: true }, /AGENTKIT_REQUIRE_KEY needs AGENTKIT_API_KEY/],
    ['with a key that no header can bear', { apiKey: 'a b' }, /AGENTKIT_API_KEY holds blanks/],
    ['with a webhook that is no URL', { webhookUrl: 'ops-core' }, /OPSCORE_WEBHOOK_URL/],
    ['with a model API and no model', { llmApiUrl: 'http://127.0.0.1:1/' }, /LLM_MODEL/],
    ['with networks that are none', { agentNetworks: '10.0.0.0/99' }, /OPSCORE_AGENT_NETWORKS/],
  ])('is refused %s', async (_, settings, reason) => {
    const starting = startKit({ settings })
    await expect(starting).rejects.toThrow(ConfigurationError)
    await expect(starting).rejects.toThrow(reason)
  })
  it('on a port that is taken says which, and lets go of the database', async () => {
    await using other = await startLocalServer()
    const dataDir = await temporaryFolder()
    onTestFinished(() => rm(dataDir, { recursive: true }))
    await expect(startKit({ settings: { dataDir, port: other.port } })).rejects.toMatchObject({ port: other.port })
    const kit = await startKit({ settings: { dataDir } })
    await kit.close()
  })
})
