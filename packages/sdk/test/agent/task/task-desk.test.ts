import { expect, test } from 'vitest'
import { TaskAborted } from '../../../src/agent/create-agent.ts'
import { eventually, gate, sendCancel, sendTask, surroundings } from '../agent-surroundings.ts'

test('a message that comes again while its task runs starts nothing', async () => {
  const around = await surroundings()
  const { handler, open, entered } = gate()
  const agent = await around.start({ tasks: { work: handler } })
  await sendTask(agent, 't1')
  expect(await sendTask(agent, 't1')).toMatchObject({ status: 202, body: { status: 'duplicate' } })
  await eventually(() => expect(entered).toEqual(['t1']))
  open('t1')
  await eventually(() => expect(around.accepted.slice(2)).toEqual(['active:t1', 'idle:t1']))
  expect(entered).toEqual(['t1'])
})

test('a message that comes again after its task ended reports the same outcome again', async () => {
  const around = await surroundings()
  let runs = 0
  const agent = await around.start({
    tasks: {
      work: () => {
        runs += 1
        return runs
      },
    },
  })
  await sendTask(agent, 't1')
  await eventually(() => expect(around.accepted).toContain('idle:t1'))
  expect((await sendTask(agent, 't1')).status).toBe(202)
  await eventually(() => expect(around.accepted.slice(2)).toEqual(['active:t1', 'idle:t1', 'idle:t1']))
  expect(around.reports.at(-1).details).toEqual(around.reports.at(-2).details)
  expect(runs).toBe(1)
})

test('an agent without room says so, and takes the task once it has', async () => {
  const around = await surroundings()
  const { handler, open, entered } = gate()
  const agent = await around.start({ tasks: { work: handler } })
  await sendTask(agent, 't1')
  await eventually(() => expect(entered).toEqual(['t1']))
  expect((await sendTask(agent, 't2')).status).toBe(503)
  open('t1')
  await eventually(() => expect(around.accepted).toContain('idle:t1'))
  expect((await sendTask(agent, 't2')).status).toBe(202)
})

test('with several tasks the agent is active for as long as one runs', async () => {
  const around = await surroundings()
  const { handler, open, entered } = gate()
  const agent = await around.start({ tasks: { work: handler }, maxConcurrency: 2 })
  await sendTask(agent, 't1')
  await sendTask(agent, 't2')
  await eventually(() => expect(entered).toEqual(['t1', 't2']))
  open('t1')
  await eventually(() => expect(around.accepted.slice(2)).toEqual(['active:t1', 'active:t2', 'idle:t1', 'active:t2']))
  open('t2')
  await eventually(() => expect(around.accepted.at(-1)).toBe('idle:t2'))
})

test('a cancelled task is aborted and gives its place back', async () => {
  const around = await surroundings()
  let reason: unknown
  const agent = await around.start({
    tasks: {
      work: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason
            reject(signal.reason)
          })
        }),
    },
  })
  await sendTask(agent, 't1')
  await eventually(() => expect(around.accepted).toContain('active:t1'))
  expect((await sendCancel(agent, 't1')).status).toBe(202)
  await eventually(() => expect(around.accepted.at(-1)).toBe('idle:t1'))
  expect(around.reports.at(-1).details).toEqual({ opscore_task_id: 't1', cancelled: true })
  expect(reason).toBeInstanceOf(TaskAborted)
  expect(reason).toMatchObject({ code: 'CANCELLED' })
})

test('a cancel that overtakes its task keeps it from starting', async () => {
  const around = await surroundings()
  const { handler, entered } = gate()
  const agent = await around.start({ tasks: { work: handler } })
  await sendCancel(agent, 't1')
  expect((await sendTask(agent, 't1')).status).toBe(202)
  await eventually(() => expect(around.accepted.slice(2)).toEqual(['idle:t1', 'idle:t1']))
  expect(entered).toEqual([])
  expect(around.reports.at(-1).details).toEqual({ opscore_task_id: 't1', cancelled: true })
})

test('a task is aborted at its deadline and fails with it', async () => {
  const around = await surroundings()
  const { handler } = gate()
  const agent = await around.start({ tasks: { work: handler } })
  await sendTask(agent, 't1', { deadline: new Date(Date.now() + 50) })
  await eventually(() => expect(around.accepted.slice(2)).toEqual(['active:t1', 'error:t1', 'idle']))
  expect(around.reports.at(-2).details.errorCode).toBe('DEADLINE_EXCEEDED')
})

test('a deadline beyond what a timer holds does not abort at once', async () => {
  const around = await surroundings()
  const agent = await around.start({ tasks: { work: (_, { signal }) => signal.aborted } })
  await sendTask(agent, 't1', { deadline: new Date(Date.now() + 2 ** 32) })
  await eventually(() => expect(around.reports.at(-1).details?.result).toBe(false))
})
