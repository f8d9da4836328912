/** Reports of an agent with room for several tasks: which go together, and which wait for others. */
import { expect, onTestFinished, test } from 'vitest'
import { TaskError } from '../../src/agent/create-agent.ts'
import { eventually, gate, sendTask, surroundings } from './agent-surroundings.ts'

/** An Ops-Core that answers when it is told to. */
async function slowOpsCore() {
  const around = await surroundings()
  const { handler, open, entered } = gate()
  const agent = await around.start({ tasks: { work: handler }, maxConcurrency: 4, drainTimeout: '1m' })
  const waiting = new Map<string, (status: number) => void>()
  around.opsCore.behave(({ body }) => (response) => {
    const report = `${body.state}:${body.details?.opscore_task_id ?? ''}`
    waiting.set(report, (status) => {
      waiting.delete(report)
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
    })
  })
  onTestFinished(() => around.opsCore.behave(() => ({ status: 202, body: {} })))
  return {
    agent,
    open,
    entered,
    reports: () => [...waiting.keys()].sort(),
    answer: (report: string, status = 202) => waiting.get(report)?.(status),
  }
}

const IDS = ['t1', 't2', 't3', 't4']

test('those of different attempts go together, those of one attempt one after the other', async () => {
  const { agent, open, entered, reports, answer } = await slowOpsCore()
  for (const id of IDS) await sendTask(agent, id)
  await eventually(() => expect(reports()).toEqual(IDS.map((id) => `active:${id}`)))
  await eventually(() => expect(entered).toHaveLength(4))
  open('t1', 'done')
  open('t2', 'done')
  answer('active:t1')
  await eventually(() => expect(reports()).toEqual(['active:t2', 'active:t3', 'active:t4', 'idle:t1']))
  answer('idle:t1')
  answer('active:t2')
  await eventually(() => expect(reports()).toEqual(['active:t3', 'active:t4', 'idle:t2']))
  for (const report of reports()) answer(report)
  // Nobody knows which of them came last: the true state is said once nothing is under way, and names a task that runs.
  await eventually(() => expect(reports()).toEqual(['active:t3']))
  answer('active:t3')
  for (const id of ['t3', 't4']) open(id)
  await eventually(() => expect(reports()).toEqual(['idle:t3', 'idle:t4']))
  for (const report of reports()) answer(report)
  await eventually(() => expect(reports()).toEqual(['idle:']))
  answer('idle:')
})

test('one that is not taken holds up nobody but its own attempt', async () => {
  const { agent, open, entered, reports, answer } = await slowOpsCore()
  for (const id of ['t1', 't2']) await sendTask(agent, id)
  await eventually(() => expect(entered).toHaveLength(2))
  open('t1')
  open('t2')
  await eventually(() => expect(reports()).toEqual(['active:t1', 'active:t2']))
  answer('active:t2')
  await eventually(() => expect(reports()).toEqual(['active:t1', 'idle:t2']))
  answer('idle:t2')
  answer('active:t1', 503)
  await eventually(() => expect(reports()).toEqual(['active:t1']))
  answer('active:t1')
  await eventually(() => expect(reports()).toEqual(['idle:t1']))
})

test("the agent's own state goes alone, behind what was said before it and before what is said after", async () => {
  const { agent, open, entered, reports, answer } = await slowOpsCore()
  for (const id of ['t1', 't2']) await sendTask(agent, id)
  await eventually(() => expect(entered).toHaveLength(2))
  await eventually(() => expect(reports()).toEqual(['active:t1', 'active:t2']))
  const closing = agent.close()
  await eventually(async () => expect((await sendTask(agent, 't3')).status).toBe(503))
  answer('active:t1')
  await eventually(() => expect(reports()).toEqual(['active:t2']))
  open('t1')
  open('t2')
  answer('active:t2')
  await eventually(() => expect(reports()).toEqual(['stopping:']))
  answer('stopping:')
  await eventually(() => expect(reports()).toEqual(['idle:t1', 'idle:t2']))
  answer('idle:t2')
  answer('idle:t1')
  await eventually(() => expect(reports()).toEqual(['stopped:']))
  answer('stopped:')
  await closing
})

test('no more than sixteen go together, whatever room the agent has', async () => {
  const around = await surroundings()
  const ids = Array.from({ length: 40 }, (_, index) => `t${index}`)
  let underWay = 0
  let most = 0
  const agent = await around.start({
    tasks: {
      work: () => {
        throw new TaskError('E', 'It broke')
      },
    },
    maxConcurrency: 64,
  })
  const seen: string[] = []
  around.opsCore.behave(({ body }) => (response) => {
    underWay += 1
    most = Math.max(most, underWay)
    seen.push(`${body.state}:${body.details?.opscore_task_id ?? ''}`)
    setImmediate(() => {
      underWay -= 1
      response.writeHead(202, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await Promise.all(ids.map((id) => sendTask(agent, id)))
  await eventually(() => expect(seen.at(-1)).toBe('idle:'))
  expect(most).toBeLessThanOrEqual(16)
  expect(new Set(seen).size).toBe(81)
  for (const id of ids) expect(seen.indexOf(`active:${id}`)).toBeLessThan(seen.indexOf(`error:${id}`))
})
