/** Agents that answer a task with its result, and the bare handler that makes one of any HTTP function. */
import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { createTaskHandler, nodeListener, TaskError } from '../../src/agent/create-agent.ts'
import { eventually, gate, sendCancel, sendTask, silent, surroundings } from './agent-surroundings.ts'

const result = { answers: 'result' } as const

const taskMessage = (id: string, name = 'work') => ({
  ...{
    senderId: 'opscore_system_id',
    messageType: 'workflow_task',
    payload: { task_parameters: { n: 1 }, attempt: 1 },
  },
  ...{ task_name: name, opscore_session_id: 's', opscore_task_id: id },
})

const post = (body: unknown) =>
  new Request('http://agent/', { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })

test('an agent that answers declares it, answers with the result, and reports nothing of its tasks', async () => {
  const around = await surroundings()
  const agent = await around.start({ ...result, tasks: { work: ({ id }) => ({ did: id }) } })
  expect(around.agentKit.seen[0]?.body.metadata.config).toMatchObject({ answers: 'result' })
  expect(await sendTask(agent, 't1')).toMatchObject({
    status: 200,
    body: { opscore_task_id: 't1', status: 'completed', result: { did: 't1' } },
  })
  await agent.close()
  expect(around.accepted).toEqual(['initializing', 'idle', 'stopping', 'stopped'])
})

test('what a handler throws is answered as a failure with its code', async () => {
  const around = await surroundings()
  const agent = await around.start({
    ...result,
    tasks: {
      work: (): never => {
        throw new TaskError('CARD_DECLINED', 'The card was declined.')
      },
    },
  })
  expect((await sendTask(agent, 't1')).body).toEqual({
    ...{ opscore_task_id: 't1', status: 'failed' },
    error: { code: 'CARD_DECLINED', message: 'The card was declined.' },
  })
})

test('a message that comes again gets the same answer, while its task runs and after, and starts nothing', async () => {
  const around = await surroundings()
  const { handler, open, entered } = gate()
  const agent = await around.start({ ...result, tasks: { work: handler } })
  const twice = [sendTask(agent, 't1'), sendTask(agent, 't1')]
  await eventually(() => expect(entered).toEqual(['t1']))
  open('t1')
  const [first, second] = await Promise.all(twice)
  expect(first?.status).toBe(200)
  expect([second?.body, (await sendTask(agent, 't1')).body]).toEqual([first?.body, first?.body])
  expect(entered).toEqual(['t1'])
})

test('without room it refuses, and a cancelled task is answered', async () => {
  const around = await surroundings()
  const { handler, entered } = gate()
  const agent = await around.start({
    ...result,
    tasks: {
      work: (task, context) =>
        Promise.race([
          handler(task, context),
          new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason))),
        ]),
    },
  })
  const asked = sendTask(agent, 't1')
  await eventually(() => expect(entered).toEqual(['t1']))
  expect((await sendTask(agent, 't2')).status).toBe(503)
  await sendCancel(agent, 't1')
  expect((await asked).body).toMatchObject({ opscore_task_id: 't1', status: 'failed', error: { code: 'CANCELLED' } })
})

test('a bare handler answers a message with what its task comes to', async () => {
  const handler = createTaskHandler({ tasks: { work: ({ parameters }) => parameters }, log: silent })
  const answer = await handler(post(taskMessage('t1')))
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { opscore_task_id: 't1', status: 'completed', result: { n: 1 } },
  ])
  const unknown = await handler(post(taskMessage('t2', 'other')))
  expect(await unknown.json()).toMatchObject({ status: 'failed', error: { code: 'NO_SUCH_TASK' } })
})

test.each([
  ['another method', new Request('http://agent/'), 405],
  ['no JSON', post('hello'), 422],
  ['no message', post({}), 422],
  ['too much', post('x'.repeat(1024 * 1024 + 1)), 413],
])('a bare handler refuses %s', async (_, request, status) => {
  expect((await createTaskHandler({ tasks: {}, log: silent })(request)).status).toBe(status)
})

test('a bare handler is mounted in a server of node:http', async () => {
  const server = createServer(nodeListener(createTaskHandler({ tasks: { '*': () => 'done' }, log: silent })))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const answer = await fetch(`http://127.0.0.1:${port}/agent`, {
    method: 'POST',
    body: JSON.stringify(taskMessage('t1')),
  })
  expect(await answer.json()).toEqual({ opscore_task_id: 't1', status: 'completed', result: 'done' })
})
