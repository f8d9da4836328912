import { expect, test } from 'vitest'
import { startHttpDouble } from '../http-double.ts'
import { eventually, sendTask, surroundings } from './agent-surroundings.ts'

test('reports made while Ops-Core is down arrive when it is back, each once and in order', async () => {
  const around = await surroundings()
  const agent = await around.start({ tasks: { work: (task) => task.id } })
  await around.opsCore.close()
  for (const id of ['t1', 't2', 't3']) {
    await eventually(async () => expect((await sendTask(agent, id)).status).toBe(202))
  }
  const accepted: string[] = []
  await startHttpDouble((request) => {
    accepted.push(`${request.body.state}:${request.body.details?.opscore_task_id}`)
    return { status: 202, body: {} }
  }, around.opsCore.port)
  await eventually(() =>
    expect(accepted).toEqual(['active:t1', 'idle:t1', 'active:t2', 'idle:t2', 'active:t3', 'idle:t3']),
  )
  await agent.close()
})

test.each([401, 404, 429, 500, 503, 507])(
  'a report that is answered %i is made again until it is accepted',
  async (status) => {
    const around = await surroundings()
    const agent = await around.start({ tasks: { work: () => 1 } })
    let refusals = 2
    around.onReport(() => {
      refusals -= 1
      return refusals >= 0 ? { status } : undefined
    })
    await sendTask(agent, 't1')
    await eventually(() => expect(around.accepted.slice(2)).toEqual(['active:t1', 'idle:t1']))
  },
)

test('a report whose answer is lost is made again', async () => {
  const around = await surroundings()
  const agent = await around.start({ tasks: { work: () => 1 } })
  let lost = 2
  around.onReport(() => {
    lost -= 1
    return lost >= 0 ? 'reset' : undefined
  })
  await sendTask(agent, 't1')
  await eventually(() => expect(around.accepted.slice(2)).toEqual(['active:t1', 'idle:t1']))
})

test('a result that Ops-Core refuses fails the task instead of leaving it open', async () => {
  const around = await surroundings()
  const agent = await around.start({ tasks: { work: () => ({ odd: true }) } })
  around.onReport((request) =>
    request.body.details?.result ? { status: 422, body: { code: 'JSON_TOO_DEEP', detail: 'Too deep.' } } : undefined,
  )
  await sendTask(agent, 't1')
  await eventually(() => expect(around.accepted.slice(2)).toEqual(['active:t1', 'error:t1', 'idle']))
  expect(around.reports.at(-2).details).toMatchObject({ errorCode: 'RESULT_REFUSED', message: 'Too deep.' })
})

test('an agent that Ops-Core does not know registers again', async () => {
  const around = await surroundings()
  const agent = await around.start({ tasks: { work: () => 1 } })
  const registrations = () => around.agentKit.seen.filter(({ path }) => path === '/v1/agents/register').length
  around.onReport(() => (registrations() < 2 ? { status: 404, body: { code: 'AGENT_NOT_FOUND' } } : undefined))
  await sendTask(agent, 't1')
  await eventually(() => expect(around.accepted.slice(2)).toEqual(['active:t1', 'idle:t1']))
  expect(registrations()).toBe(2)
})

test('reports about a task of an agent that is gone for good do not hold up the others, and its new id has its state', async () => {
  const around = await surroundings()
  const agent = await around.start({ tasks: { work: () => 1 } })
  around.agentKit.behave(() => ({
    status: 201,
    body: { status: 'success', message: 'ok', data: { agentId: 'new-id' }, error_code: null },
  }))
  around.onReport((request) => (request.path.includes('agent-id') ? { status: 404 } : undefined))
  await sendTask(agent, 't1')
  await eventually(() => expect(agent.agentId).toBe('new-id'))
  await eventually(() => expect(around.accepted.slice(2)).toEqual(['idle']))
  await sendTask(agent, 't2')
  await eventually(() => expect(around.accepted.slice(3)).toEqual(['active:t2', 'idle:t2']))
})
