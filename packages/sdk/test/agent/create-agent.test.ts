import { expect, test } from 'vitest'
import { createAgent, TaskError, type TaskHandler } from '../../src/agent/create-agent.ts'
import { startHttpDouble } from '../http-double.ts'
import { eventually, gate, send, sendTask, silent, surroundings } from './agent-surroundings.ts'

test('an agent registers, reports that it starts and that it is idle, and then takes tasks', async () => {
  const around = await surroundings()
  const agent = await around.start({ tasks: {}, maxConcurrency: 3, heartbeatInterval: 60_000 })
  expect(agent.agentId).toBe('agent-id')
  expect(around.accepted).toEqual(['initializing', 'idle'])
  expect(around.agentKit.seen[0]).toMatchObject({
    path: '/v1/agents/register',
    body: {
      agentName: 'worker',
      capabilities: ['test_capability'],
      contactEndpoint: agent.contactEndpoint,
      metadata: { config: { maxConcurrency: 3, acceptsCancel: true, heartbeatInterval: '60000ms' } },
    },
  })
})

test('times are written as everywhere, and what is none is refused before anything starts', async () => {
  const around = await surroundings()
  await around.start({ tasks: {}, heartbeatInterval: '1m30s', drainTimeout: '2d' })
  expect(around.agentKit.seen[0]?.body.metadata.config.heartbeatInterval).toBe('90000ms')
  await around.start({ tasks: {}, heartbeatInterval: Number.POSITIVE_INFINITY })
  expect(around.agentKit.seen.at(-1)?.body.metadata.config).not.toHaveProperty('heartbeatInterval')
  const before = around.agentKit.seen.length
  for (const heartbeatInterval of [0, Number.NaN, 'often']) {
    await expect(around.start({ tasks: {}, heartbeatInterval })).rejects.toThrow(/^heartbeatInterval must be/)
  }
  await expect(around.start({ tasks: {}, drainTimeout: -1 })).rejects.toThrow(/^drainTimeout must be/)
  expect(around.agentKit.seen).toHaveLength(before)
})

test('a task runs with its parameters and ends as idle with its result', async () => {
  const around = await surroundings()
  const agent = await around.start({
    tasks: { 'First Step': (task) => ({ said: task.parameters.message, attempt: task.attempt, of: task.sessionId }) },
  })
  const answer = await sendTask(agent, 't1', { name: 'First Step', parameters: { message: 'hello' } })
  expect(answer.status).toBe(202)
  await eventually(() => expect(around.accepted).toEqual(['initializing', 'idle', 'active:t1', 'idle:t1']))
  expect(around.reports.at(-1).details).toEqual({
    opscore_task_id: 't1',
    result: { said: 'hello', attempt: 1, of: 'session-1' },
  })
})

test('a task that throws is an error with its code, and the agent is idle again without naming the task', async () => {
  const around = await surroundings()
  const agent = await around.start({
    tasks: {
      work: (): never => {
        throw new TaskError('CARD_DECLINED', 'The card was declined.')
      },
    },
  })
  await sendTask(agent, 't1')
  await eventually(() => expect(around.accepted.slice(2)).toEqual(['active:t1', 'error:t1', 'idle']))
  expect(around.reports.at(-2).details).toEqual({
    opscore_task_id: 't1',
    errorCode: 'CARD_DECLINED',
    message: 'The card was declined.',
  })
})

const failures: [code: string, name: string, work: TaskHandler][] = [
  ['NO_SUCH_TASK', 'elsewhere', () => 1],
  ['RESULT_TOO_LARGE', 'work', () => 'x'.repeat(300_000)],
  ['RESULT_NOT_JSON', 'work', () => 10n],
  ['AGENT_ERROR', 'work', () => Promise.reject('just text')],
]

test.each(failures)('%s is what a task fails with when it must', async (errorCode, name, work) => {
  const around = await surroundings()
  const agent = await around.start({ tasks: { work } })
  await sendTask(agent, 't1', { name })
  await eventually(() => expect(around.accepted).toContain('error:t1'))
  expect(around.reports.find((report) => report.state === 'error').details).toMatchObject({ errorCode })
})

test('names that every object has are no tasks', async () => {
  const around = await surroundings()
  const agent = await around.start({ tasks: {} })
  await sendTask(agent, 't1', { name: 'constructor' })
  await eventually(() => expect(around.accepted).toContain('error:t1'))
})

test("the handler '*' takes what no other takes", async () => {
  const around = await surroundings()
  const agent = await around.start({ tasks: { '*': (task) => task.name } })
  await sendTask(agent, 't1', { name: 'anything' })
  await eventually(() => expect(around.reports.at(-1).details.result).toBe('anything'))
})

test('a handler calls tools through AgentKit under the agent’s id', async () => {
  const around = await surroundings()
  const agent = await around.start({ tasks: { work: (_task, { callTool }) => callTool('add', { x: 1 }) } })
  around.agentKit.behave(() => ({ body: { status: 'success', message: 'ok', data: 3, error_code: null } }))
  await sendTask(agent, 't1')
  await eventually(() => expect(around.reports.at(-1).details.result).toBe(3))
  expect(around.agentKit.seen.at(-1)?.path).toBe('/v1/agents/agent-id/run')
})

test('an agent waits for AgentKit and Ops-Core to come up', async () => {
  const around = await surroundings()
  await around.agentKit.close()
  await around.opsCore.close()
  const starting = around.start({ tasks: {} })
  const envelope = { status: 'success', message: 'ok', data: { agentId: 'late-id' }, error_code: null }
  await startHttpDouble(() => ({ status: 201, body: envelope }), around.agentKit.port)
  const states: string[] = []
  await startHttpDouble((request) => {
    if (request.method === 'GET') return { body: { places: [] } }
    states.push(request.body.state)
    return { status: 202, body: {} }
  }, around.opsCore.port)
  const agent = await starting
  expect(agent.agentId).toBe('late-id')
  expect(states).toEqual(['initializing', 'idle'])
})

test('a refused registration ends the start, and frees the port', async () => {
  const around = await surroundings()
  around.agentKit.behave(() => ({ status: 409, body: { error_code: 'AGENT_NAME_TAKEN', detail: 'Taken.' } }))
  await expect(around.start({ tasks: {}, port: 0 })).rejects.toMatchObject({ code: 'AGENT_NAME_TAKEN' })
  const endpoint = around.agentKit.seen[0]?.body.contactEndpoint
  await expect(fetch(endpoint)).rejects.toThrow('fetch failed')
})

test('a start can be given up', async () => {
  const around = await surroundings()
  await around.agentKit.close()
  const abort = new AbortController()
  const starting = around.start({ tasks: {}, signal: abort.signal })
  abort.abort(new Error('enough'))
  await expect(starting).rejects.toThrow('enough')
})

test('a port in use is Node’s own error', async () => {
  const around = await surroundings()
  await expect(around.start({ tasks: {}, port: around.opsCore.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('listening on every address needs an endpoint to be named', async () => {
  const needs = { name: 'a', capabilities: [], tasks: {}, apiKey: 'k', log: silent }
  const urls = { agentKitUrl: 'http://127.0.0.1:1', opsCoreUrl: 'http://127.0.0.1:1' }
  await expect(createAgent({ ...needs, ...urls, host: '0.0.0.0' })).rejects.toThrow('needs a contactEndpoint')
})

test('an attempt that an earlier process of the agent began, over for Ops-Core or not, is failed at the start; one not begun is left', async () => {
  const around = await surroundings()
  around.opsCore.behave((request) => {
    if (request.path === '/v1/opscore/agent/agent-id') {
      return { body: { places: ['a1', 'a2', 'a3'].map((attemptId) => ({ attemptId, taskId: `task-${attemptId}` })) } }
    }
    if (request.path === '/v1/opscore/task/task-a1') {
      return { body: { attempts: [{ attemptId: 'a1', status: 'running' }] } }
    }
    if (request.path === '/v1/opscore/task/task-a3') {
      return { body: { attempts: [{ attemptId: 'a3', status: 'timed_out' }] } }
    }
    if (request.method === 'GET') return { body: { attempts: [{ attemptId: 'a2', status: 'dispatched' }] } }
    around.reports.push(request.body)
    return { status: 202, body: {} }
  })
  await around.start({ tasks: {} })
  expect(around.reports.map((report) => [report.state, report.details?.opscore_task_id])).toEqual([
    ['initializing', undefined],
    ['error', 'a1'],
    ['error', 'a3'],
    ['idle', undefined],
  ])
  expect(around.reports[1].details.errorCode).toBe('AGENT_RESTARTED')
})

test('closing reports stopping, lets a running task end, reports stopped, and frees the port', async () => {
  const around = await surroundings()
  const { handler, open, entered } = gate()
  const agent = await around.start({ tasks: { work: handler }, drainTimeout: 60_000 })
  await sendTask(agent, 't1')
  await eventually(() => expect(entered).toEqual(['t1']))
  const closing = agent.close()
  await eventually(() => expect(around.accepted).toContain('stopping'))
  expect((await sendTask(agent, 't2')).status).toBe(503)
  open('t1', 'done')
  await closing
  expect(around.accepted.slice(2)).toEqual(['active:t1', 'stopping', 'idle:t1', 'stopped'])
  await expect(fetch(agent.contactEndpoint)).rejects.toThrow('fetch failed')
})

test('a task that does not end in time is aborted and failed, so that another agent can have it', async () => {
  const around = await surroundings()
  const { handler, entered } = gate()
  const agent = await around.start({ tasks: { work: handler }, drainTimeout: 0 })
  await sendTask(agent, 't1')
  await eventually(() => expect(entered).toEqual(['t1']))
  await agent.close()
  expect(around.reports.find((report) => report.state === 'error').details.errorCode).toBe('AGENT_STOPPED')
  expect(around.accepted.at(-1)).toBe('stopped')
})

test('an agent that promised heartbeats sends them beside its reports, whatever became of the one before', async () => {
  const around = await surroundings()
  let count = 0
  around.onBeat(() => {
    count += 1
    return count === 1 ? 'reset' : count === 2 ? { status: 503 } : undefined
  })
  await around.start({ tasks: {}, heartbeatInterval: 20 })
  await eventually(() => expect(around.beats.length).toBeGreaterThan(3))
  expect(new Set(around.beats.map((beat) => beat.path))).toEqual(new Set(['/v1/opscore/agent/agent-id/heartbeat']))
  expect(around.accepted).toEqual(['initializing', 'idle'])
})

test('an agent that Ops-Core does not know any more reports its state again', async () => {
  const around = await surroundings()
  around.onBeat(() => (around.accepted.length < 3 ? { status: 404, body: { code: 'AGENT_NOT_FOUND' } } : undefined))
  await around.start({ tasks: {}, heartbeatInterval: 20 })
  await eventually(() => expect(around.accepted).toEqual(['initializing', 'idle', 'idle']))
})

test.each([
  ['no JSON', '{', 422],
  ['no message', '[]', 422],
  ['a task without an id', JSON.stringify({ messageType: 'workflow_task', payload: {} }), 422],
  ['another type', JSON.stringify({ messageType: 'chat', payload: {} }), 422],
  ['too much', JSON.stringify({ messageType: 'x', payload: { x: 'x'.repeat(1_100_000) } }), 413],
])('%s is refused', async (_, body, status) => {
  const around = await surroundings()
  const agent = await around.start({ tasks: {} })
  const response = await fetch(agent.contactEndpoint, { method: 'POST', body })
  expect(response.status).toBe(status)
  expect((await send(agent, { messageType: 'workflow_cancel', opscore_task_id: 'x' })).status).toBe(202)
})
