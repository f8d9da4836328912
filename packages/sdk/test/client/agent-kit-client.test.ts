import { expect, test } from 'vitest'
import { AgentKitClient } from '../../src/index.ts'
import { startHttpDouble } from '../http-double.ts'

const success = (data: unknown) => ({ body: { status: 'success', message: 'ok', data, error_code: null } })

test('a URL that ends in /v1 is the same as one that does not', async () => {
  const double = await startHttpDouble(() => success([]))
  await new AgentKitClient({ url: `${double.url}/v1/` }).listAgents()
  expect(double.seen[0]?.path).toBe('/v1/agents')
})

test('calling a tool sends the contract’s message and gives what the tool gave', async () => {
  const double = await startHttpDouble(() => success({ sum: 3 }))
  const result = await new AgentKitClient({ url: double.url }).callTool('a1', 'add', { x: 1, y: 2 })
  expect(result).toEqual({ sum: 3 })
  expect(double.seen[0]).toMatchObject({
    path: '/v1/agents/a1/run',
    body: {
      senderId: 'a1',
      messageType: 'tool_invocation',
      payload: { tool_name: 'add', arguments: { x: 1, y: 2 } },
    },
  })
})

test('a tool that failed is an error with its code, though AgentKit answers 202', async () => {
  const double = await startHttpDouble(() => ({
    body: { status: 'error', message: 'It broke.', data: null, error_code: 'LOCAL_TOOL_EXECUTION_FAILED' },
  }))
  await expect(new AgentKitClient({ url: double.url }).callTool('a1', 'add')).rejects.toMatchObject({
    code: 'LOCAL_TOOL_EXECUTION_FAILED',
    message: 'It broke.',
  })
})

test('a tool is never called twice', async () => {
  const double = await startHttpDouble(() => 'reset')
  await expect(new AgentKitClient({ url: double.url }).callTool('a1', 'add')).rejects.toMatchObject({
    code: 'UNREACHABLE',
  })
  expect(double.seen).toHaveLength(1)
})

test('an HTTP error is read from the envelope', async () => {
  const double = await startHttpDouble(() => ({
    status: 404,
    body: { status: 'error', message: 'Agent not found', data: null, error_code: 'AGENT_NOT_FOUND', detail: 'No a1.' },
  }))
  await expect(new AgentKitClient({ url: double.url }).getAgent('a1')).rejects.toMatchObject({
    code: 'AGENT_NOT_FOUND',
    status: 404,
    detail: 'No a1.',
  })
})
