/** Agents that answer a task with its result: AgentKit hands the answer on to Ops-Core. */
import { rm } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import { message, startKit, type TestKit, temporaryFolder } from '../agentkit-fixture.ts'
import { type LocalServer, startLocalServer, until } from '../local-server.ts'

const soon = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString()
const task = () => message({ opscore_task_id: 'attempt-1', payload: { task_name: 't', deadline: soon(60_000) } })
const answer = { opscore_task_id: 'attempt-1', status: 'completed', result: { id: 7 } }
const results = (opsCore: LocalServer) =>
  opsCore.received.filter(({ body }) => JSON.parse(body).event_type === 'RESULT').map(({ body }) => body)

const registerAt = (kit: TestKit, url: string, config: object = { answers: 'result' }) =>
  kit.register({ agentName: 'worker', contactEndpoint: `${url}/inbox`, metadata: { config } })
const send = (kit: TestKit, agentId: string) => kit.call('POST', `/v1/agents/${agentId}/run`, task())

async function surroundings() {
  const agent = await startLocalServer()
  onTestFinished(() => agent[Symbol.asyncDispose]())
  const opsCore = await startLocalServer()
  onTestFinished(() => opsCore[Symbol.asyncDispose]())
  const dataDir = await temporaryFolder()
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const start = () => startKit({ settings: { webhookUrl: opsCore.url, dataDir } })
  return { agent, opsCore, start }
}

it('tells Ops-Core what the agent answered, with its digits, and asks the agent once', async () => {
  const { agent, opsCore, start } = await surroundings()
  agent.answerWith({ status: 200, body: { ...answer, result: { id: JSON.rawJSON('9007199254740993') } } })
  await using kit = await start()
  const agentId = await registerAt(kit, agent.url)
  await send(kit, agentId)
  await until('Ops-Core was told', () => results(opsCore).length === 1)
  expect(JSON.parse(results(opsCore)[0] ?? '')).toMatchObject({
    ...{ event_type: 'RESULT', agentId, opscore_task_id: 'attempt-1', status: 'completed' },
    delivery_id: expect.any(String),
  })
  expect(results(opsCore)[0]).toContain('"result":{"id":9007199254740993}')
  expect(agent.received).toHaveLength(1)
})

it('asks again under the same key where the connection is lost', async () => {
  const { agent, opsCore, start } = await surroundings()
  let failing = 2
  agent.answerWith(() => (failing-- > 0 ? 'reset' : { status: 200, body: answer }))
  await using kit = await start()
  await send(kit, await registerAt(kit, agent.url))
  await until('Ops-Core was told', () => results(opsCore).length === 1)
  expect(agent.received.map(({ headers }) => headers['idempotency-key'])).toEqual(Array(3).fill('attempt-1'))
})

it('a restart asks an agent again that had not answered', async () => {
  const { agent, opsCore, start } = await surroundings()
  agent.answerWith('never')
  const first = await start()
  await send(first, await registerAt(first, agent.url))
  await until('the agent has it', () => agent.received.length === 1)
  await first.close()
  agent.answerWith({ status: 200, body: answer })
  await using _second = await start()
  await until('Ops-Core was told', () => results(opsCore).length === 1)
  expect(agent.received.map(({ headers }) => headers['idempotency-key'])).toEqual(['attempt-1', 'attempt-1'])
})

it('an answer is kept until Ops-Core has it, also over a restart', async () => {
  const { agent, opsCore, start } = await surroundings()
  opsCore.answerWith({ status: 503 })
  agent.answerWith({ status: 200, body: answer })
  const first = await start()
  await send(first, await registerAt(first, agent.url))
  await until('it was tried', () => results(opsCore).length > 0)
  await first.close()
  const before = results(opsCore).length
  opsCore.answerWith({ status: 200, body: {} })
  await using _second = await start()
  await until('Ops-Core was told', () => results(opsCore).length > before)
  expect(new Set(results(opsCore)).size).toBe(1)
  expect(agent.received).toHaveLength(1)
})

it('says that an answer is too large in place of it', async () => {
  const { agent, opsCore, start } = await surroundings()
  agent.answerWith({ status: 200, body: { ...answer, result: 'x'.repeat(400_000) } })
  await using kit = await start()
  await send(kit, await registerAt(kit, agent.url))
  await until('Ops-Core was told', () => results(opsCore).length === 1)
  expect(JSON.parse(results(opsCore)[0] ?? '')).toMatchObject({
    ...{ opscore_task_id: 'attempt-1', status: 'failed', error: { code: 'RESULT_TOO_LARGE' } },
  })
})

it.each([
  ['names another attempt', { answers: 'result' }, { ...answer, opscore_task_id: 'attempt-2' }],
  ['is no outcome', { answers: 'result' }, { status: 'accepted' }],
  ['comes from an agent that does not declare it', {}, answer],
])('hands nothing on where the answer %s', async (_, config, body) => {
  const { agent, opsCore, start } = await surroundings()
  agent.answerWith({ status: 200, body })
  const kit = await start()
  await send(kit, await registerAt(kit, agent.url, config))
  await until('it arrived', () => agent.received.length === 1)
  await kit.close()
  expect(results(opsCore)).toEqual([])
})
