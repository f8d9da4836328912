import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigurationError, freePort } from '@opscore/host'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Tool, ToolError } from '../../src/index.ts'
import { message, startKit, type TestKit, temporaryFolder } from '../agentkit-fixture.ts'
import { startLocalServer } from '../local-server.ts'

const ADD = {
  name: 'add',
  description: 'Adds two numbers.',
  parameters: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] },
}

const ECHO: Tool = {
  name: 'echo',
  description: '',
  kind: 'local',
  endpoint: null,
  parameters: { type: 'object' },
  async run(args) {
    if (args.fail === 'known') throw new ToolError('as it was told to')
    if (args.fail === 'defect') throw new Error('a secret of the inside')
    return args
  },
}

const TOO_DEEP = 'Its answer cannot be used: The JSON is nested deeper than 32 levels'
const NAMELESS = "Missing 'tool_name' in payload for tool_invocation message type."
const unknown = (name: string) => `Tool '${name}' not found in registry (local or external).`

function circle(): unknown[] {
  const list: unknown[] = []
  list.push(list)
  return list
}

async function invoke(kit: TestKit, payload: unknown) {
  const agentId = await kit.register({ agentName: 'caller', contactEndpoint: 'http://127.0.0.1:8080/' })
  return kit.call('POST', `/v1/agents/${agentId}/run`, message({ messageType: 'tool_invocation', payload }))
}

describe('a tool_invocation', () => {
  it('posts the arguments to an external tool and answers with its result', async () => {
    await using server = await startLocalServer()
    server.answerWith({ status: 200, body: { sum: 3 } })
    await using kit = await startKit()
    await kit.call('POST', '/v1/tools', { ...ADD, endpoint: `${server.url}/add` })
    expect(await invoke(kit, { tool_name: 'add', arguments: { a: 1, b: 2 } })).toMatchObject({
      status: 202,
      body: {
        status: 'success',
        message: "External tool 'add' executed successfully.",
        data: { sum: 3 },
        error_code: null,
      },
    })
    expect(server.received).toMatchObject([{ method: 'POST', path: '/add', body: '{"arguments":{"a":1,"b":2}}' }])
  })

  it('runs a local tool', async () => {
    await using kit = await startKit({ tools: [ECHO] })
    expect(await invoke(kit, { tool_name: 'echo', arguments: { said: [1, null] } })).toMatchObject({
      status: 202,
      body: { status: 'success', message: "Local tool 'echo' executed successfully.", data: { said: [1, null] } },
    })
    expect((await invoke(kit, { tool_name: 'echo' })).body.data).toEqual({})
  })

  it.each([
    ['one that says why', 'known', 'as it was told to'],
    ['one with a defect, which stays inside', 'defect', 'an unexpected error, which is in the log'],
  ])('answers status error for a local tool that fails: %s', async (_, fail, reason) => {
    await using kit = await startKit({ tools: [ECHO] })
    expect(await invoke(kit, { tool_name: 'echo', arguments: { fail } })).toMatchObject({
      status: 202,
      body: {
        status: 'error',
        data: null,
        error_code: 'LOCAL_TOOL_EXECUTION_FAILED',
        message: `Local tool 'echo' execution failed: ${reason}`,
      },
    })
  })

  it.each([
    ['a redirect', { status: 302, headers: { location: '/' } }, 'It answered 302'],
    ['no JSON', { status: 200, body: '<html>' }, 'Its answer is not JSON'],
    ['too much', { status: 200, body: `"${'x'.repeat(1024 * 1024)}"` }, 'Its answer is too long'],
    ['nothing', { status: 200, body: '' }, 'Its answer is not JSON'],
    ['bytes that are no UTF-8', { status: 200, body: Buffer.from('"\xff"', 'latin1') }, 'Its answer is not JSON'],
    ['JSON 5,000 deep', { status: 200, body: '['.repeat(5_000) + ']'.repeat(5_000) }, TOO_DEEP],
    ['objects 5,000 deep', { status: 200, body: `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}` }, TOO_DEEP],
    ['a million brackets', { status: 200, body: '['.repeat(1_000_000) }, TOO_DEEP],
  ])('answers status error for an external tool that answers %s', async (_, answer, reason) => {
    await using server = await startLocalServer()
    server.answerWith(answer)
    await using kit = await startKit()
    await kit.call('POST', '/v1/tools', { ...ADD, endpoint: server.url })
    expect(await invoke(kit, { tool_name: 'add', arguments: { a: 1, b: 2 } })).toMatchObject({
      status: 202,
      body: {
        status: 'error',
        error_code: 'EXTERNAL_TOOL_EXECUTION_FAILED',
        message: `External tool 'add' execution failed: ${reason}`,
      },
    })
  })

  it.each([
    ['says why', { status: 'error', error_message: 'no such city', at: 1 }, 'no such city'],
    ['does not', { status: 'error' }, 'Unknown tool error'],
  ])('answers status error, with what it said, for a tool that reports an error and %s', async (_, body, reason) => {
    await using server = await startLocalServer()
    server.answerWith({ status: 200, body })
    await using kit = await startKit()
    await kit.call('POST', '/v1/tools', { ...ADD, endpoint: server.url })
    const reply = await invoke(kit, { tool_name: 'add', arguments: { a: 1, b: 2 } })
    expect([reply.status, reply.body]).toEqual([
      202,
      {
        ...{ status: 'error', data: body, error_code: 'EXTERNAL_TOOL_EXECUTION_FAILED' },
        message: `External tool 'add' execution failed: ${reason}`,
      },
    ])
  })

  it.each([400, 404, 429, 500, 503])('passes on that an external tool answers %i, and what it says', async (status) => {
    await using server = await startLocalServer()
    server.answerWith({ status, body: { reason: 'ü'.repeat(5_000) } })
    await using kit = await startKit()
    await kit.call('POST', '/v1/tools', { ...ADD, endpoint: server.url })
    const { status: answered, body } = await invoke(kit, { tool_name: 'add', arguments: { a: 1, b: 2 } })
    expect(answered).toBe(status)
    expect(body).toMatchObject({ status: 'error', data: null, error_code: 'EXTERNAL_TOOL_EXECUTION_FAILED' })
    expect(body.detail).toMatch(
      new RegExp(`^External tool 'add' returned error: Status ${status} - Response: {"reason":"ü{900,990}$`),
    )
  })

  it.each([
    ['a circle', circle()],
    ['a BigInt', 1n],
    ['something 100,000 deep', JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))],
    ['more than a megabyte', 'x'.repeat(1024 * 1024)],
  ])('answers status error for a local tool that returns %s', async (_, result) => {
    await using kit = await startKit({ tools: [{ ...ECHO, run: async () => result }] })
    const reply = await invoke(kit, { tool_name: 'echo' })
    expect(reply).toMatchObject({ status: 202, body: { status: 'error', error_code: 'LOCAL_TOOL_EXECUTION_FAILED' } })
  })

  it('answers 504 for an external tool that does not answer in time', async () => {
    await using server = await startLocalServer()
    server.answerWith('never')
    await using kit = await startKit({ settings: { toolTimeout: 100 } })
    await kit.call('POST', '/v1/tools', { ...ADD, endpoint: server.url })
    expect(await invoke(kit, { tool_name: 'add', arguments: { a: 1, b: 2 } })).toMatchObject({
      status: 504,
      body: {
        status: 'error',
        error_code: 'EXTERNAL_TOOL_TIMEOUT',
        detail: "Request to external tool 'add' timed out.",
      },
    })
  })

  it('takes the answer of an external tool that may take 720 hours', async () => {
    await using server = await startLocalServer()
    server.answerWith({ status: 200, body: '3' })
    await using kit = await startKit({ settings: { toolTimeout: 720 * 3_600_000 } })
    await kit.call('POST', '/v1/tools', { ...ADD, endpoint: server.url })
    expect(await invoke(kit, { tool_name: 'add', arguments: { a: 1, b: 2 } })).toMatchObject({
      body: { status: 'success' },
    })
  })

  it('answers 503 for an external tool that is not there', async () => {
    await using kit = await startKit()
    const gone = `http://127.0.0.1:${await freePort()}/`
    await kit.call('POST', '/v1/tools', { ...ADD, endpoint: gone })
    expect(await invoke(kit, { tool_name: 'add', arguments: { a: 1, b: 2 } })).toMatchObject({
      status: 503,
      body: {
        status: 'error',
        error_code: 'EXTERNAL_TOOL_UNREACHABLE',
        detail: expect.stringContaining(`Could not connect to external tool 'add' at ${gone}.`),
      },
    })
  })

  it.each([
    ['no tool_name', {}, 400, 'MISSING_TOOL_NAME', NAMELESS],
    ['an empty tool_name', { tool_name: '' }, 400, 'MISSING_TOOL_NAME', NAMELESS],
    ['a tool that is not known', { tool_name: 'nothing' }, 404, 'TOOL_NOT_FOUND', unknown('nothing')],
    ['the name of something every object has', { tool_name: 'toString' }, 404, 'TOOL_NOT_FOUND', unknown('toString')],
    ['arguments that are no object', { tool_name: 'add', arguments: [1] }, 422, 'INVALID_TOOL_ARGUMENTS', [[1]]],
    [
      'an argument of another type',
      { tool_name: 'add', arguments: { a: '1', b: 2 } },
      ...([422, 'INVALID_TOOL_ARGUMENTS', [{ a: '1', b: 2 }, 'a']] as const),
    ],
    [
      'an argument that is missing',
      { tool_name: 'add', arguments: { a: 1 } },
      ...([422, 'INVALID_TOOL_ARGUMENTS', [{ a: 1 }]] as const),
    ],
  ])('refuses %s', async (_, payload, status, error_code, detail) => {
    await using server = await startLocalServer()
    await using kit = await startKit()
    await kit.call('POST', '/v1/tools', { ...ADD, endpoint: server.url })
    const reply = await invoke(kit, payload)
    expect(reply).toMatchObject({ status, body: { status: 'error', data: null, error_code } })
    if (typeof detail === 'string') expect([reply.body.detail, reply.body.message]).toEqual([detail, detail])
    else {
      const [input, ...field] = detail
      const loc = ['body', 'payload', 'arguments', ...field]
      const msg = expect.stringMatching(/^Value error, must /)
      expect(reply.body.detail).toEqual([{ loc, msg, type: 'value_error', input }])
    }
    expect(server.received).toEqual([])
  })

  it('does not let http_request into this machine', async () => {
    await using server = await startLocalServer()
    await using kit = await startKit()
    for (const url of [server.url, server.url.replace('127.0.0.1', 'localhost'), 'http://169.254.169.254/']) {
      expect(await invoke(kit, { tool_name: 'http_request', arguments: { url } })).toMatchObject({
        status: 202,
        body: { status: 'error', error_code: 'LOCAL_TOOL_EXECUTION_FAILED' },
      })
    }
    expect(server.received).toEqual([])
  })
})

describe('the tools', () => {
  const endpoint = 'http://127.0.0.1:9000/add'

  it('are listed with what is built in', async () => {
    await using kit = await startKit()
    const reply = await kit.call('POST', '/v1/tools', { ...ADD, endpoint })
    expect(reply).toMatchObject({
      status: 201,
      body: { status: 'success', data: { ...ADD, endpoint, kind: 'external' } },
    })
    const { body } = await kit.call('GET', '/v1/tools')
    expect(body.data).toMatchObject([
      { name: 'http_request', kind: 'local', endpoint: null },
      { name: 'generic_llm_completion', kind: 'local', endpoint: null },
      { ...ADD, endpoint },
    ])
  })

  it('have a language model among them where one is configured', async () => {
    await using kit = await startKit({ settings: { llmApiUrl: 'http://127.0.0.1:1/v1', llmModel: 'small' } })
    const { body } = await kit.call('GET', '/v1/tools')
    expect(body.data.map(({ name }: Tool) => name)).toEqual([
      'http_request',
      'llm_completion',
      'generic_llm_completion',
    ])
  })

  it('are remembered over a restart, and forgotten when they are removed', async () => {
    const dataDir = await temporaryFolder()
    onTestFinished(() => rm(dataDir, { recursive: true }))
    const restarted = () => startKit({ settings: { dataDir } })
    const first = await restarted()
    await first.call('POST', '/v1/tools', { ...ADD, endpoint })
    await first.close()
    const second = await restarted()
    expect((await second.call('GET', '/v1/tools')).body.data).toContainEqual({ ...ADD, endpoint, kind: 'external' })
    expect((await second.call('DELETE', '/v1/tools/add')).status).toBe(200)
    expect((await second.call('DELETE', '/v1/tools/add')).status).toBe(404)
    await second.close()
    await using third = await restarted()
    expect((await third.call('GET', '/v1/tools')).body.data).toHaveLength(2)
  })

  it('take the same definition twice and another one of that name never', async () => {
    await using kit = await startKit()
    await kit.call('POST', '/v1/tools', { ...ADD, endpoint })
    expect((await kit.call('POST', '/v1/tools', { endpoint, ...ADD })).status).toBe(200)
    const other = await kit.call('POST', '/v1/tools', { ...ADD, endpoint: `${endpoint}2` })
    expect(other).toMatchObject({ status: 409, body: { error_code: 'TOOL_NAME_TAKEN' } })
    const builtIn = await kit.call('POST', '/v1/tools', { name: 'http_request', endpoint })
    expect(builtIn).toMatchObject({ status: 409, body: { error_code: 'TOOL_NAME_TAKEN' } })
    expect(await kit.call('DELETE', '/v1/tools/http_request')).toMatchObject({ status: 409 })
  })

  it.each([
    ['a name with a blank', { name: 'a b' }, 'VALIDATION_FAILED'],
    ['no endpoint', { endpoint: undefined }, 'VALIDATION_FAILED'],
    ['an endpoint at the metadata service', { endpoint: 'http://169.254.169.254/' }, 'ENDPOINT_REFUSED'],
    ['a schema that is none', { parameters: { type: 'objekt' } }, 'VALIDATION_FAILED'],
    ['a pattern', { parameters: { properties: { a: { pattern: '^(a+)+$' } } } }, 'VALIDATION_FAILED'],
  ])('refuse %s', async (_, change, error_code) => {
    await using kit = await startKit()
    const reply = await kit.call('POST', '/v1/tools', { ...ADD, endpoint, ...change })
    expect(reply).toMatchObject({ status: 422, body: { status: 'error', error_code, detail: expect.anything() } })
  })

  it.each([
    ['YAML', 'tools:\n  - name: add\n    endpoint: http://127.0.0.1:9000/add\n'],
    ['JSON', '[{"name": "add", "endpoint": "http://127.0.0.1:9000/add"}]'],
  ])('are read from a file of %s, which HTTP cannot change', async (_, text) => {
    const folder = await temporaryFolder()
    onTestFinished(() => rm(folder, { recursive: true }))
    const toolsFile = join(folder, 'tools.yaml')
    await writeFile(toolsFile, text)
    await using kit = await startKit({ settings: { toolsFile } })
    expect((await kit.call('GET', '/v1/tools')).body.data[2]).toMatchObject({ name: 'add', kind: 'external', endpoint })
    expect((await kit.call('DELETE', '/v1/tools/add')).status).toBe(409)
  })

  it.each([
    ['is missing', undefined],
    ['is no YAML', 'tools: ['],
    ['has another shape', 'tools: 5'],
    ['has a tool without endpoint', 'tools: [{name: add}]'],
    ['has a name twice', 'tools: [{name: a, endpoint: "http://a/"}, {name: a, endpoint: "http://a/"}]'],
    ['has a schema that is none', 'tools: [{name: a, endpoint: "http://a/", parameters: {type: 5}}]'],
  ])('stop the start where their file %s', async (_, text) => {
    const folder = await temporaryFolder()
    onTestFinished(() => rm(folder, { recursive: true }))
    const toolsFile = join(folder, 'tools.yaml')
    if (text !== undefined) await writeFile(toolsFile, text)
    const starting = startKit({ settings: { toolsFile, dataDir: folder } })
    await expect(starting).rejects.toThrow(ConfigurationError)
    await expect(starting).rejects.toThrow(/AGENTKIT_TOOLS/)
  })
})
