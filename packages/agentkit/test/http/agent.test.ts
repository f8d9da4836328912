import { rm } from 'node:fs/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startKit, temporaryFolder } from '../agentkit-fixture.ts'

const AGENT = {
  agentName: 'worker',
  version: '1.0',
  capabilities: ['test_capability'],
  contactEndpoint: 'http://127.0.0.1:8080/',
}
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('registering an agent', () => {
  it('answers 201 with a uuid, and the agent can be read at once', async () => {
    await using kit = await startKit()
    const reply = await kit.call('POST', '/v1/agents/register', { ...AGENT, metadata: { zone: 'b' } })
    expect(reply).toMatchObject({
      status: 201,
      body: { status: 'success', message: "Agent 'worker' registered successfully.", error_code: null },
    })
    const { agentId } = reply.body.data
    expect(agentId).toMatch(UUID)

    const stored = { ...AGENT, agentId, metadata: { zone: 'b' }, registrationTime: expect.stringMatching(/Z$/) }
    expect((await kit.call('GET', `/v1/agents/${agentId}`)).body.data).toEqual(stored)
    expect((await kit.call('GET', '/v1/agents')).body).toMatchObject({ status: 'success', data: [stored] })
  })

  it('takes the same name with the same endpoint for the same agent and replaces its details', async () => {
    await using kit = await startKit()
    const agentId = await kit.register(AGENT)
    const again = await kit.call('POST', '/v1/agents/register', { ...AGENT, version: '2.0', capabilities: [] })
    expect(again).toMatchObject({ status: 201, body: { data: { agentId } } })
    expect((await kit.call('GET', '/v1/agents')).body.data).toMatchObject([
      { agentId, version: '2.0', capabilities: [] },
    ])
  })

  it('answers 409 where another endpoint has the name', async () => {
    await using kit = await startKit()
    await kit.register(AGENT)
    const reply = await kit.call('POST', '/v1/agents/register', { ...AGENT, contactEndpoint: 'http://127.0.0.1:9/' })
    expect(reply).toMatchObject({
      status: 409,
      body: { status: 'error', data: null, error_code: 'AGENT_NAME_TAKEN', detail: expect.stringContaining('worker') },
    })
  })

  it('gives a name to one of many that ask for it at once', async () => {
    await using kit = await startKit()
    const ports = Array.from({ length: 20 }, (_, index) => 9000 + index)
    const replies = await Promise.all(
      ports.map((port) =>
        kit.call('POST', '/v1/agents/register', { ...AGENT, contactEndpoint: `http://127.0.0.1:${port}/` }),
      ),
    )
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(19)
  })

  it('remembers its agents over a restart', async () => {
    const dataDir = await temporaryFolder()
    onTestFinished(() => rm(dataDir, { recursive: true }))
    const first = await startKit({ settings: { dataDir } })
    const agentId = await first.register(AGENT)
    await first.close()

    await using second = await startKit({ settings: { dataDir } })
    expect((await second.call('GET', `/v1/agents/${agentId}`)).body.data).toMatchObject(AGENT)
    expect(await second.register(AGENT)).toBe(agentId)
  })

  it.each([
    ['no capabilities', { capabilities: undefined }, { capabilities: [] }],
    ['an empty name', { agentName: '' }, { agentName: '' }],
    ['an empty version', { version: '' }, { version: '' }],
    ['a bare origin', { contactEndpoint: 'http://worker:8080' }, { contactEndpoint: 'http://worker:8080/' }],
    ['an address in capitals', { contactEndpoint: 'HTTP://Worker:80/A' }, { contactEndpoint: 'http://worker/A' }],
    ['a path', { contactEndpoint: 'http://worker/in/box?a=b' }, { contactEndpoint: 'http://worker/in/box?a=b' }],
  ])('takes %s, and prints it as pydantic does', async (_, sent, kept) => {
    await using kit = await startKit()
    const reply = await kit.call('POST', '/v1/agents/register', { ...AGENT, ...sent })
    expect(reply.status).toBe(201)
    expect((await kit.call('GET', '/v1/agents')).body.data).toMatchObject([kept])
    const again = await kit.call('POST', '/v1/agents/register', { ...AGENT, ...sent })
    expect(again.body.data).toEqual(reply.body.data)
  })

  it('says in the way of FastAPI what an endpoint is refused for', async () => {
    await using kit = await startKit()
    const issuesOf = async (contactEndpoint: unknown) =>
      (await kit.call('POST', '/v1/agents/register', { ...AGENT, contactEndpoint })).body.detail
    const loc = ['body', 'contactEndpoint']
    expect(await issuesOf('worker')).toEqual([
      {
        ...{ loc, type: 'url_parsing', input: 'worker' },
        msg: 'Input should be a valid URL, relative URL without a base',
      },
    ])
    expect(await issuesOf('ftp://x/')).toEqual([
      { loc, type: 'url_scheme', input: 'ftp://x/', msg: "URL scheme should be 'http' or 'https'" },
    ])
    expect(await issuesOf('http://169.254.169.254/')).toMatchObject([
      { loc, type: 'value_error', input: 'http://169.254.169.254/', msg: expect.stringContaining('Value error, ') },
    ])
    expect(JSON.stringify(await issuesOf('http://me:secret@worker/'))).not.toContain('secret')
  })

  it.each([
    ['a missing name', { agentName: undefined }, 422, 'VALIDATION_FAILED'],
    ['a number for a version', { version: 1 }, 422, 'VALIDATION_FAILED'],
    ['capabilities that are no list', { capabilities: 'a' }, 422, 'VALIDATION_FAILED'],
    ['capabilities that are null', { capabilities: null }, 422, 'VALIDATION_FAILED'],
    ['metadata that is no object', { metadata: [] }, 422, 'VALIDATION_FAILED'],
    ['an endpoint that is no URL', { contactEndpoint: 'worker' }, 422, 'VALIDATION_FAILED'],
    ['an endpoint with a password', { contactEndpoint: 'http://a:b@127.0.0.1/' }, 422, 'ENDPOINT_REFUSED'],
    ['the metadata service', { contactEndpoint: 'http://169.254.169.254/' }, 422, 'ENDPOINT_REFUSED'],
  ])('refuses %s', async (_, change, status, error_code) => {
    await using kit = await startKit()
    const reply = await kit.call('POST', '/v1/agents/register', { ...AGENT, ...change })
    expect(reply).toMatchObject({ status, body: { status: 'error', data: null, error_code } })
    expect(reply.body.detail).toBeDefined()
    expect(typeof reply.body.message).toBe('string')
    expect((await kit.call('GET', '/v1/agents')).body.data).toEqual([])
  })

  it('says where a body is off as FastAPI does', async () => {
    await using kit = await startKit()
    const { body } = await kit.call('POST', '/v1/agents/register', { ...AGENT, version: 1 })
    expect(body.detail).toMatchObject([{ loc: ['body', 'version'], msg: expect.any(String), type: expect.any(String) }])
  })

  it.each([
    ['malformed JSON', '{', { 'content-type': 'application/json' }, 422],
    ['another content type', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a body of 65 KiB', JSON.stringify({ ...AGENT, metadata: { filler: 'x'.repeat(65 * 1024) } }), {}, 413],
  ])('refuses %s in an envelope', async (_, body, headers, status) => {
    await using kit = await startKit()
    const reply = await kit.call('POST', '/v1/agents/register', body, headers)
    expect(reply).toMatchObject({ status, body: { status: 'error', data: null } })
    expect(reply.body.detail).toBeDefined()
  })
})

describe('removing an agent', () => {
  it('answers 200, and the agent is gone, also after a restart', async () => {
    const dataDir = await temporaryFolder()
    onTestFinished(() => rm(dataDir, { recursive: true }))
    const first = await startKit({ settings: { dataDir } })
    const agentId = await first.register(AGENT)
    expect(await first.call('DELETE', `/v1/agents/${agentId}`)).toMatchObject({
      status: 200,
      body: { status: 'success' },
    })
    expect(await first.call('GET', `/v1/agents/${agentId}`)).toMatchObject({ status: 404 })
    await first.close()

    await using second = await startKit({ settings: { dataDir } })
    expect((await second.call('GET', '/v1/agents')).body.data).toEqual([])
    expect(await second.register(AGENT)).not.toBe(agentId)
  })

  it.each(['GET', 'DELETE'])('%s of an unknown agent is 404', async (method) => {
    await using kit = await startKit()
    expect(await kit.call(method, '/v1/agents/nobody')).toMatchObject({
      status: 404,
      body: { status: 'error', error_code: 'AGENT_NOT_FOUND', detail: "Agent with ID 'nobody' not found." },
    })
  })
})

describe('addresses', () => {
  it('greets and is healthy', async () => {
    await using kit = await startKit()
    expect(await kit.call('GET', '/health')).toMatchObject({ status: 200, body: { status: 'healthy' } })
    expect((await kit.call('GET', '/')).body).toEqual({ message: 'Welcome to AgentKit API' })
  })

  it('answers what it does not know in the envelope', async () => {
    await using kit = await startKit()
    expect(await kit.call('GET', '/v2')).toMatchObject({ status: 404, body: { error_code: 'NOT_FOUND' } })
    expect(await kit.call('PUT', '/v1/agents')).toMatchObject({
      status: 405,
      body: { error_code: 'METHOD_NOT_ALLOWED' },
    })
  })
})
