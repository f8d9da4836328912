import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { ConfigurationError, freePort } from '@opscore/host'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { AgentKitSettings } from '../../src/index.ts'
import { message, startKit, type TestKit, temporaryFolder } from '../agentkit-fixture.ts'
import { addTools } from './offered-tools.ts'

const SERVER = fileURLToPath(new URL('./stdio-server.ts', import.meta.url))
const overStdio = { command: process.execPath, args: [SERVER] }

/** An AgentKit whose tools file names these servers. */
async function kitWith(mcpServers: object, settings: Partial<AgentKitSettings> = {}): Promise<TestKit> {
  const toolsFile = join(await temporaryFolder(), 'tools.json')
  await writeFile(toolsFile, JSON.stringify({ mcpServers }))
  const kit = await startKit({ settings: { ...settings, toolsFile } })
  onTestFinished(() => kit[Symbol.asyncDispose]())
  return kit
}

async function invoke(kit: TestKit, name: string, args: object = {}) {
  const agentId = await kit.register({ agentName: 'caller', contactEndpoint: 'http://127.0.0.1:8080/' })
  const payload = { tool_name: name, arguments: args }
  return kit.call('POST', `/v1/agents/${agentId}/run`, message({ messageType: 'tool_invocation', payload }))
}

async function toolNames(kit: TestKit): Promise<string[]> {
  return (await kit.call('GET', '/v1/tools')).body.data.map(({ name }: { name: string }) => name)
}

/** The same server over HTTP; it asks for a key. */
async function httpServer(port = 0) {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'of-the-test', version: '1' })
    addTools(server)
    return server
  })
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const isKeyed = headers.get('authorization') === 'Bearer of-the-server'
    const asked = { method: 'POST', headers, body: Buffer.concat(chunks) }
    const answer = isKeyed
      ? await handler.fetch(new Request('http://127.0.0.1/mcp', asked))
      : new Response('', { status: 401 })
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections())
  onTestFinished(close)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
  return { close, server: { url, headers: { Authorization: 'Bearer of-the-server' } } }
}

describe.each([
  ['a command', async () => overStdio],
  ['a URL', async () => (await httpServer()).server],
])('the tools of an MCP server that is %s', (_, start) => {
  test('are among those of AgentKit under its name, and are called', async () => {
    const kit = await kitWith({ sums: await start() })
    expect(await invoke(kit, 'sums__add', { a: 1, b: 2 })).toMatchObject({
      status: 202,
      body: { status: 'success', message: "External tool 'sums__add' executed successfully.", data: '3' },
    })
    expect((await invoke(kit, 'sums__count')).body.data).toEqual({ n: 1 })
    expect(await toolNames(kit)).toEqual(expect.arrayContaining(['http_request', 'sums__add', 'sums__count']))
  })

  test('say that they failed, and what does not fit them', async () => {
    const kit = await kitWith({ sums: await start() })
    expect(await invoke(kit, 'sums__fail')).toMatchObject({
      status: 202,
      body: {
        status: 'error',
        error_code: 'EXTERNAL_TOOL_EXECUTION_FAILED',
        message: "External tool 'sums__fail' execution failed: as it was told to",
      },
    })
    expect((await invoke(kit, 'sums__add', { a: 'one' })).body.status).toBe('error')
    expect(await invoke(kit, 'sums__none')).toMatchObject({ status: 404, body: { error_code: 'TOOL_NOT_FOUND' } })
  })
})

test('a server that is away is an error of its tools alone, and they work once it is there', async () => {
  const port = await freePort()
  const server = { url: `http://127.0.0.1:${port}/mcp`, headers: { Authorization: 'Bearer of-the-server' } }
  const kit = await kitWith({ late: server, sums: overStdio })
  expect(await invoke(kit, 'late__add', { a: 1, b: 2 })).toMatchObject({
    status: 503,
    body: { error_code: 'EXTERNAL_TOOL_UNREACHABLE' },
  })
  expect((await invoke(kit, 'sums__add', { a: 1, b: 2 })).body.data).toBe('3')
  const started = await httpServer(port)
  await vi.waitFor(async () => expect((await invoke(kit, 'late__add', { a: 1, b: 2 })).body.data).toBe('3'), 30_000)
  await started.close()
  expect((await invoke(kit, 'late__add', { a: 1, b: 2 })).status).toBe(503)
  expect(await toolNames(kit)).toContain('late__add')
})

test('a server whose process ends is started again', async () => {
  const kit = await kitWith({ sums: overStdio })
  expect((await invoke(kit, 'sums__exit')).status).toBe(503)
  await vi.waitFor(async () => expect((await invoke(kit, 'sums__add', { a: 2, b: 2 })).body.data).toBe('4'), 30_000)
})

test('a command that is none is an error of its tools', async () => {
  const kit = await kitWith({ none: { command: 'no-such-command-of-ours' } })
  expect(await invoke(kit, 'none__add')).toMatchObject({
    status: 503,
    body: { error_code: 'EXTERNAL_TOOL_UNREACHABLE' },
  })
  await vi.waitFor(() => expect(kit.logged).toContainEqual(expect.objectContaining({ mcpServer: 'none' })))
})

test('a server where no server may be is not asked', async () => {
  const kit = await kitWith({ meta: { url: 'http://169.254.169.254/mcp' } })
  const answer = await invoke(kit, 'meta__add')
  expect([answer.status, answer.body.error_code]).toEqual([503, 'EXTERNAL_TOOL_UNREACHABLE'])
})

test('the names of its tools belong to a server', async () => {
  const kit = await kitWith({ sums: overStdio })
  const tool = { name: 'sums__mine', endpoint: 'http://127.0.0.1:1/' }
  expect((await kit.call('POST', '/v1/tools', tool)).body.error_code).toBe('TOOL_NAME_TAKEN')
  expect((await kit.call('DELETE', '/v1/tools/sums__add')).body.error_code).toBe('STATE_CONFLICT')
  expect((await kit.call('POST', '/v1/tools', { ...tool, name: 'other__mine' })).status).toBe(201)
})

test.each([
  ['a name that is no prefix', { mcpServers: { a__b: overStdio } }],
  ['neither a command nor a URL', { mcpServers: { a: {} } }],
  ['a URL of another scheme', { mcpServers: { a: { url: 'ftp://x/' } } }],
  ['a field that is not known', { mcpServer: {} }],
  ['nothing', {}],
])('a tools file with %s is refused', async (_, content) => {
  const toolsFile = join(await temporaryFolder(), 'tools.json')
  await writeFile(toolsFile, JSON.stringify(content))
  await expect(startKit({ settings: { toolsFile } })).rejects.toThrow(ConfigurationError)
})
