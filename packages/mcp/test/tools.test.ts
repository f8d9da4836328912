import type { Client } from '@modelcontextprotocol/client'
import type { JsonObject, WorkflowDefinition } from '@opscore/contract'
import { describe, expect, test, vi } from 'vitest'
import { type Era, servedMcp } from './served-mcp.ts'

const report: WorkflowDefinition = {
  id: 'reports:weather',
  description: 'Writes a weather report.',
  defaults: { retry: { maxAttempts: 1 } },
  expose: { input: { type: 'object', properties: { town: { type: 'string' } }, required: ['town'] } },
  output: { text: '${{ tasks.write.result.text }}' },
  tasks: [
    { taskId: 'write', agentCapability: 'write', nextTaskId: 'check' },
    { taskId: 'check', agentCapability: 'write' },
  ],
}

const writer = (task: JsonObject) => {
  const { task_parameters: parameters } = task.payload as { task_parameters: { town?: string } }
  return { status: 'completed' as const, result: { text: `It rains in ${parameters.town}.` } }
}

/** What a tool answered, and whether it says that it failed. */
async function call(client: Client, name: string, args: JsonObject = {}) {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  const answer: any = await client.callTool({ name, arguments: args })
  expect(JSON.parse(answer.content[0].text)).toEqual(answer.structuredContent)
  return { isError: answer.isError === true, ...answer.structuredContent }
}

describe.each<[Era, string]>([
  ['modern', '2026-07-28'],
  ['legacy', '2025-11-25'],
])('a %s client', (era, version) => {
  test('is served in its version of the protocol, and finds the tools and the marked workflows with their schemas', async () => {
    const mcp = await servedMcp()
    await mcp.store(report)
    await mcp.store({ id: 'unmarked', tasks: [{ taskId: 'a' }] })
    await mcp.store({ id: 'z', expose: { name: 'search', description: 'Another one' }, tasks: [{ taskId: 'a' }] })
    const client = await mcp.connect({ era })
    expect(client.getNegotiatedProtocolVersion()).toBe(version)
    expect(client.getServerVersion()).toMatchObject({ name: 'opscore', version: '1.2.3' })
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual([
      ...['list_agents', 'search', 'start_session', 'get_session', 'explain', 'cancel', 'retry'],
      ...['signal', 'list_approvals', 'decide_approval'],
      ...['reports_weather', 'search_2'],
    ])
    expect(tools.find(({ name }) => name === 'reports_weather')).toMatchObject({
      description: 'Writes a weather report.',
      inputSchema: report.expose?.input,
    })
    expect(tools.find(({ name }) => name === 'search_2')).toMatchObject({ description: 'Another one' })
  })

  test('gets the result of a marked workflow, and is told how far it is', async () => {
    const mcp = await servedMcp()
    await mcp.store(report)
    await mcp.agent('writer', 'write', writer)
    const client = await mcp.connect({ era })
    const told: { progress: number }[] = []
    const answer = await client.callTool(
      { name: 'reports_weather', arguments: { town: 'Bergen' } },
      { onprogress: (progress) => told.push(progress) },
    )
    expect(answer.structuredContent).toMatchObject({ status: 'completed', result: { text: 'It rains in Bergen.' } })
    const steps = told.map(({ progress }) => progress)
    expect(steps.length).toBeGreaterThan(0)
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b))
    expect(told.at(-1)).toMatchObject({ progress: 2 })
  })

  test('is told the session of a workflow that takes longer than it may wait', async () => {
    const mcp = await servedMcp({ patience: 50 })
    await mcp.store(report)
    await mcp.agent('slow', 'write')
    const client = await mcp.connect({ era })
    const started = await call(client, 'reports_weather', { town: 'Bergen' })
    expect(started).toMatchObject({ isError: false, sessionId: expect.any(String), next: expect.any(String) })
    const { sessionId } = started
    const explained = await call(client, 'explain', { sessionId })
    expect(explained.causes).not.toEqual([])
    expect(await call(client, 'get_session', { sessionId })).toMatchObject({ sessionId, result: null })
    for (const task of ['write', 'check']) {
      const { tasks } = await mcp.opscore.sessions.get(sessionId)
      const { taskId = '' } = tasks.find(({ taskDefinitionId }) => taskDefinitionId === task) ?? {}
      await mcp.opscore.tasks.complete(taskId, { result: { text: 'by hand' } })
    }
    expect(await call(client, 'get_session', { sessionId })).toMatchObject({
      status: 'completed',
      result: { text: 'by hand' },
      tasks: [{ taskId: 'write', status: 'completed' }, { taskId: 'check' }],
    })
    expect(await call(client, 'get_session', { sessionId, full: true })).toMatchObject({
      tasks: [{ attempts: [{ attempt: 1 }] }, {}],
    })
  })

  test('is told why a session failed and what to do about it, and can let it go on', async () => {
    const mcp = await servedMcp()
    await mcp.store(report)
    let lucky = false
    await mcp.agent('unlucky', 'write', (task) =>
      lucky ? writer(task) : { status: 'failed', error: { code: 'NO_LUCK', message: 'Not today' } },
    )
    const client = await mcp.connect({ era })
    const answer = await call(client, 'reports_weather', { town: 'Bergen' })
    expect(answer).toMatchObject({
      isError: true,
      status: 'failed',
      error: { code: 'NO_LUCK', wayOut: expect.stringContaining(answer.sessionId) },
    })
    lucky = true
    await call(client, 'retry', { sessionId: answer.sessionId })
    await vi.waitFor(async () =>
      expect(await call(client, 'get_session', { sessionId: answer.sessionId })).toMatchObject({ status: 'completed' }),
    )
  })

  test('reads agents and sessions as resources', async () => {
    const mcp = await servedMcp()
    await mcp.agent('a/b', 'write')
    const workflowDefinition = { id: 'w', tasks: [{ taskId: 'only' }] }
    const { sessionId } = await mcp.opscore.trigger('a/b', { workflowDefinition })
    const client = await mcp.connect({ era })
    const uris: string[] = []
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page = await client.listResources(cursor === '' ? {} : { cursor })
      uris.push(...page.resources.map(({ uri }) => uri))
      cursor = page.nextCursor
    }
    expect([...new Set(uris)]).toEqual(['opscore://agent/a%2Fb', `opscore://session/${sessionId}`])
    for (const [uri, part] of [
      ['opscore://agent/a%2Fb', { agentId: 'a/b' }],
      [`opscore://session/${sessionId}`, { sessionId, workflowId: 'w' }],
    ] as const) {
      const [content] = (await client.readResource({ uri })).contents
      expect(JSON.parse(content && 'text' in content ? String(content.text) : '')).toMatchObject(part)
    }
    await expect(client.readResource({ uri: 'opscore://agent/nobody' })).rejects.toThrow('opscore://agent/nobody')
    const { resourceTemplates } = await client.listResourceTemplates()
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'opscore://session/{sessionId}',
      'opscore://agent/{agentId}',
    ])
  })
})

test('arguments that do not fit are said, and start nothing', async () => {
  const mcp = await servedMcp()
  await mcp.store(report)
  await mcp.agent('writer', 'write', writer)
  const client = await mcp.connect()
  for (const [name, args] of [
    ['reports_weather', {}],
    ['start_session', { workflowId: report.id, agent: 'writer' }],
    ['start_session', {}],
    ['get_session', { sessionId: 7 }],
  ] as const) {
    expect(await call(client, name, args)).toMatchObject({
      isError: true,
      error: { code: 'INVALID_ARGUMENTS', wayOut: expect.any(String) },
    })
  }
  expect((await mcp.opscore.sessions.list()).items).toEqual([])
  await expect(client.callTool({ name: 'no_such_tool', arguments: {} })).rejects.toMatchObject({ code: -32_602 })
})

test('what is not there is an error with its code and a way out', async () => {
  const mcp = await servedMcp()
  await mcp.store(report)
  const client = await mcp.connect()
  for (const [name, args, code] of [
    ['get_session', { sessionId: 'none' }, 'SESSION_NOT_FOUND'],
    ['cancel', { sessionId: 'none' }, 'SESSION_NOT_FOUND'],
    ['explain', { sessionId: 'none' }, 'SESSION_NOT_FOUND'],
    ['start_session', { workflowId: 'none' }, 'WORKFLOW_NOT_FOUND'],
    ['start_session', { workflowId: report.id, agentId: 'none' }, 'AGENT_NOT_FOUND'],
    ['start_session', { workflowId: report.id }, 'AGENT_NOT_FOUND'],
  ] as const) {
    expect(await call(client, name, args)).toMatchObject({ isError: true, error: { code, wayOut: expect.any(String) } })
  }
})

test('a session belongs to the agent with the first task’s capability that can begin soonest, or the one that is named', async () => {
  const mcp = await servedMcp()
  await mcp.store({ ...report, expose: {} })
  await mcp.store({ ...report, id: 'named', expose: { agentId: 'paused' } })
  await mcp.store({ id: 'nobody', tasks: [{ taskId: 'a' }] })
  await mcp.agent('paused', 'write')
  await mcp.opscore.agents.pause('paused')
  await mcp.agent('ready', 'write', writer)
  await mcp.agent('other', 'paint')
  const client = await mcp.connect()
  const ownerOf = async (name: string, args: JsonObject) => {
    const { sessionId } = await call(client, name, args)
    return (await mcp.opscore.sessions.get(sessionId)).agentId
  }
  expect(await ownerOf('reports_weather', { town: 'Oslo' })).toBe('ready')
  expect(await ownerOf('start_session', { workflowId: report.id })).toBe('ready')
  expect(await ownerOf('start_session', { workflowId: 'named' })).toBe('paused')
  expect(await ownerOf('start_session', { workflowId: 'named', agentId: 'other' })).toBe('other')
  expect(await call(client, 'start_session', { workflowId: 'nobody' })).toMatchObject({
    error: { code: 'AGENT_NOT_FOUND', wayOut: expect.stringContaining('expose.agentId') },
  })
})

test('an approval is found and decided on, and a signal ends the wait behind it', async () => {
  const mcp = await servedMcp()
  await mcp.agent('asker', 'ask')
  const gate = {
    taskId: 'gate',
    kind: 'approval' as const,
    title: 'Go on?',
    parameters: { text: 'draft' },
    nextTaskId: 'mail',
  }
  await mcp.store({ id: 'gated', tasks: [gate, { taskId: 'mail', kind: 'wait', signal: 'mail' }] })
  const client = await mcp.connect()
  const { sessionId } = await call(client, 'start_session', { workflowId: 'gated', agentId: 'asker' })
  const approvalId = await vi.waitFor(async () => {
    const { items } = await call(client, 'list_approvals')
    expect(items).toMatchObject([{ title: 'Go on?', sessionId }])
    return items[0].approvalId
  })
  expect(await call(client, 'list_approvals', { approvalId })).toMatchObject({
    content: { text: 'draft' },
    status: 'open',
  })
  expect(await call(client, 'decide_approval', { approvalId, decision: 'approved' })).toMatchObject({
    status: 'approved',
  })
  expect(await call(client, 'decide_approval', { approvalId, decision: 'rejected' })).toMatchObject({
    error: { code: 'STATE_CONFLICT' },
  })
  await call(client, 'signal', { sessionId, name: 'mail', payload: { text: 'hello' } })
  expect(await call(client, 'get_session', { sessionId })).toMatchObject({
    status: 'completed',
    result: { text: 'hello' },
  })
})

test('agents are listed and found, and a session that is started once is cancelled', async () => {
  const mcp = await servedMcp()
  await mcp.agent('writer-1', 'write')
  await mcp.store(report)
  const client = await mcp.connect()
  expect(await call(client, 'list_agents', { capability: 'write' })).toMatchObject({
    agents: [{ agentId: 'writer-1', capabilities: ['write'], state: 'idle' }],
  })
  expect(await call(client, 'list_agents', { capability: 'paint' })).toMatchObject({ agents: [] })
  expect(await call(client, 'search', { text: 'writer' })).toMatchObject({ items: [{ type: 'agent', id: 'writer-1' }] })
  const start = { workflowId: report.id, idempotencyKey: 'once', input: { town: 'Oslo' } }
  const { sessionId } = await call(client, 'start_session', start)
  expect(await call(client, 'start_session', start)).toMatchObject({ sessionId })
  expect(await call(client, 'cancel', { sessionId, reason: 'no need' })).toMatchObject({ isError: false, sessionId })
  await vi.waitFor(async () =>
    expect(await call(client, 'get_session', { sessionId })).toMatchObject({ status: 'cancelled' }),
  )
})

test('who cancels a call waits no longer, and the session goes on', async () => {
  const mcp = await servedMcp()
  await mcp.store(report)
  await mcp.agent('slow', 'write')
  const client = await mcp.connect()
  const abort = new AbortController()
  const calling = client.callTool({ name: 'reports_weather', arguments: { town: 'Oslo' } }, { signal: abort.signal })
  const open = await vi.waitFor(async () => {
    const [session] = (await mcp.opscore.sessions.list()).items
    if (!session) throw new Error('not yet')
    return session
  })
  abort.abort(new Error('enough'))
  await expect(calling).rejects.toThrow()
  expect(['started', 'running']).toContain((await mcp.opscore.sessions.get(open.sessionId)).status)
})
