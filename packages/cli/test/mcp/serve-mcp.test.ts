import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually, MAIN, type OpscoreProcess } from '../opscore-process.ts'
import { KEY, type Steered, steered } from '../steered.ts'

const MODES = [
  ['2026-07-28', 'auto'],
  ['2025-11-25', 'legacy'],
] as const

async function fleet(): Promise<Steered> {
  const { agent, client, ...rest } = await steered()
  await agent('writer')
  await client.workflows.put({ id: 'marked', expose: { agentId: 'writer' }, tasks: [{ taskId: 'only' }] })
  return { agent, client, ...rest }
}

function clientOf(mode: 'auto' | 'legacy'): Client {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
  onTestFinished(() => client.close())
  return client
}

/** A session is started, looked at and cancelled. */
async function useIt(client: Client, opscore: Steered['client']): Promise<void> {
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['start_session', 'marked']))
  const started = await client.callTool({ name: 'marked', arguments: { a: 1 } })
  const { sessionId } = started.structuredContent as { sessionId: string }
  expect((await opscore.sessions.get(sessionId)).input).toEqual({ a: 1 })
  expect(await client.callTool({ name: 'cancel', arguments: { sessionId } })).not.toHaveProperty('isError', true)
  const { contents } = await client.readResource({ uri: `opscore://session/${sessionId}` })
  expect(contents).toHaveLength(1)
}

async function listening(process: OpscoreProcess): Promise<URL> {
  await eventually(() => expect(process.stdout).toContain('MCP listens'))
  return new URL(JSON.parse(process.stdout.split('\n')[0] ?? '').url)
}

describe.each(MODES)('a client of %s', (version, mode) => {
  test('is served over stdin and stdout with the key of the environment', async () => {
    const { url, client: opscore } = await fleet()
    const client = clientOf(mode)
    const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [MAIN, 'mcp', '--wait', '1ms'],
        env: { PATH, NODE_COMPILE_CACHE, OPSCORE_API_URL: url, OPSCORE_API_KEY: KEY },
      }),
    )
    expect(client.getNegotiatedProtocolVersion()).toBe(version)
    await useIt(client, opscore)
  })

  test('is served over HTTP with its own key', async () => {
    const { start, client: opscore } = await fleet()
    const server = start(['mcp', '--http', '0', '--wait', '1ms'], { key: 'not the one that counts' })
    const url = await listening(server)
    const client = clientOf(mode)
    const requestInit = { headers: { authorization: `Bearer ${KEY}` } }
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit }))
    await useIt(client, opscore)
    server.signal('SIGTERM')
    expect(await server.exit).toBe(0)
  })
})

test('over HTTP nobody is served without a key, nor by another method than POST', async () => {
  const { start } = await steered()
  const url = await listening(start(['mcp', '--http', '0']))
  expect(
    (await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).status,
  ).toBe(401)
  expect((await fetch(url)).status).toBe(405)
  expect((await fetch(new URL('/health', url))).status).toBe(200)
})

test('over stdin and stdout it ends with its caller, and has written nothing of its own', async () => {
  const { start } = await steered()
  const server = start(['mcp'])
  expect(await server.exit).toBe(0)
  expect(server.stdout).toBe('')
})
