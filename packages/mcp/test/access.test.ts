import { expect, test } from 'vitest'
import { servedMcp } from './served-mcp.ts'

const workflow = {
  id: 'marked',
  expose: {},
  tasks: [{ taskId: 'only', agentCapability: 'write' }],
}

const list = (headers: Record<string, string>) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
})

test('without a bearer key there is no answer but that one is needed', async () => {
  const mcp = await servedMcp()
  const none: Record<string, string> = {}
  for (const headers of [none, { authorization: 'Basic abc' }, { authorization: 'Bearer' }]) {
    const answer = await mcp.fetch(list(headers))
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(await answer.json()).toMatchObject({ error: { data: { code: 'UNAUTHENTICATED' } } })
  }
})

test('pages of other origins are refused', async () => {
  const mcp = await servedMcp()
  const key = await mcp.key('read')
  const authorization = `Bearer ${key}`
  expect((await mcp.fetch(list({ authorization, origin: 'https://elsewhere.example' }))).status).toBe(403)
  expect((await mcp.fetch(list({ authorization, origin: 'http://localhost:3000' }))).status).toBe(200)
})

test('a key that Ops-Core does not know is an error of each tool', async () => {
  const mcp = await servedMcp()
  const client = await mcp.connect({ key: 'unknown' })
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('get_session')
  expect(await client.callTool({ name: 'list_agents', arguments: {} })).toMatchObject({
    isError: true,
    structuredContent: { error: { code: 'UNAUTHENTICATED', status: 401 } },
  })
  await expect(client.listResources()).rejects.toMatchObject({ data: { code: 'UNAUTHENTICATED' } })
})

test('a key may do over MCP what its scopes allow, and no more', async () => {
  const mcp = await servedMcp()
  await mcp.store(workflow)
  await mcp.agent('writer', 'write', () => ({ status: 'completed', result: { ok: true } }))
  const reader = await mcp.connect({ key: await mcp.key('read') })
  expect((await reader.listTools()).tools.map(({ name }) => name)).toContain('marked')
  const forbidden = { isError: true, structuredContent: { error: { code: 'FORBIDDEN', wayOut: expect.any(String) } } }
  expect(await reader.callTool({ name: 'marked', arguments: {} })).toMatchObject(forbidden)
  expect((await mcp.opscore.sessions.list()).items).toEqual([])

  const starter = await mcp.connect({ key: await mcp.key('trigger') })
  expect((await starter.listTools()).tools.map(({ name }) => name)).not.toContain('marked')
  expect(await starter.callTool({ name: 'list_agents', arguments: {} })).toMatchObject(forbidden)
  const start = { workflowId: 'marked', agentId: 'writer', wait: true }
  expect(await starter.callTool({ name: 'start_session', arguments: start })).toMatchObject({
    structuredContent: { sessionId: expect.any(String), next: expect.any(String) },
  })
  const [session] = (await mcp.opscore.sessions.list()).items
  expect(await starter.callTool({ name: 'cancel', arguments: { sessionId: session?.sessionId } })).toMatchObject(
    forbidden,
  )
})
