import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { API_KEY, type RunningOpsCore, startTestOpsCore } from './ops-core.ts'

const NANOSECONDS = '1732579912345678901'
const ROUNDED = JSON.stringify(Number(NANOSECONDS))
const timestamp = '2025-04-21T22:16:33.697123+00:00'

describe.each(['memory', 'sqlite'] as const)('an integer beyond 2^53 over the %s store', (storage) => {
  let opsCore: RunningOpsCore
  beforeEach(async () => {
    opsCore = await startTestOpsCore(storage)
  })
  afterEach(() => opsCore[Symbol.asyncDispose]())

  async function send(method: string, path: string, body?: string): Promise<{ status: number; text: string }> {
    const headers = { authorization: `Bearer ${API_KEY}`, ...(body && { 'content-type': 'application/json' }) }
    const answer = await fetch(`${opsCore.url}/v1/opscore/${path}`, { method, headers, ...(body && { body }) })
    return { status: answer.status, text: await answer.text() }
  }

  async function register(agentId: string, contactEndpoint = 'http://127.0.0.1:9/'): Promise<void> {
    const agent_details = { agentId, agentName: agentId, version: '1', contactEndpoint }
    const notice = JSON.stringify({ event_type: 'REGISTER', agent_details })
    expect((await send('POST', 'internal/agent/notify', notice)).status).toBe(200)
  }

  const report = (details: string, state = 'idle') =>
    send('POST', 'agent/a/state', `{"agentId":"a","timestamp":"${timestamp}","state":"${state}","details":${details}}`)

  it('is read back from a report as it was sent, before and after a restart', async () => {
    await register('a')
    expect((await report(`{"at":${NANOSECONDS}}`)).status).toBe(202)
    const read = async () => [await send('GET', 'agent/a/state'), await send('GET', 'agent/a/state/history')]
    for (const { text } of await read()) expect(text).toContain(`{"at":${NANOSECONDS}}`)
    if (storage === 'memory') return
    await opsCore.restart()
    for (const { text } of await read()) expect(text).toContain(`{"at":${NANOSECONDS}}`)
  })

  it('is no object: a report whose details it is, or a payload, is refused', async () => {
    await register('a')
    expect((await report(NANOSECONDS)).status).toBe(422)
    const trigger = `{"workflowDefinitionId":"sample_workflow_id","initialPayload":${NANOSECONDS}}`
    expect((await send('POST', 'agent/a/workflow', trigger)).status).toBe(422)
  })

  it('reaches the agent in a payload, and comes back in results; conditions and definitions see the nearest number', async () => {
    const received: string[] = []
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      response.end('{}')
      const text = Buffer.concat(chunks).toString()
      received.push(text)
      const { opscore_task_id } = JSON.parse(text)
      const result = received.length === 1 ? `{"at":${NANOSECONDS}}` : NANOSECONDS
      await report(`{"opscore_task_id":"${opscore_task_id}","result":${result}}`)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    await register('a', `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`)
    await report('{}')
    const when = 'result.at > 1.73e18'
    const parameters = `{"own":${NANOSECONDS},"given":"\${{ input }}"}`
    const tasks = `[{"taskId":"one","name":"one","next":[{"to":"two","when":"${when}"}]},{"taskId":"two","name":"two","parameters":${parameters}}]`
    const trigger = `{"workflowDefinition":{"id":"w","name":"w","tasks":${tasks}},"initialPayload":{"at":${NANOSECONDS}}}`
    const { status, text } = await send('POST', 'agent/a/workflow', trigger)
    expect(status).toBe(202)
    const { sessionId } = JSON.parse(text)
    expect(await opsCore.ended(sessionId)).toMatchObject({ status: 'completed' })
    server.close()
    expect(received[0]).toContain(`"task_parameters":{"at":${NANOSECONDS}}`)
    expect(received[1]).toContain(`"task_parameters":{"own":${ROUNDED},"given":{"at":${NANOSECONDS}}}`)
    const session = (await send('GET', `session/${sessionId}`)).text
    expect(session).toContain(`"result":${NANOSECONDS}`)
    expect(session).toContain(`"result":{"at":${NANOSECONDS}}`)
    expect((await send('GET', `session/${sessionId}/event`)).text).toContain(`"result":${NANOSECONDS}`)
  })

  it('is kept where a task is completed directly', async () => {
    await register('a')
    const { sessionId } = await opsCore.trigger('a', { id: 'w', name: 'w', tasks: [{ taskId: 'one', name: 'one' }] })
    const { tasks } = await opsCore.get<{ tasks: { taskId: string }[] }>(`/v1/opscore/session/${sessionId}`)
    const done = await send('POST', `task/${tasks[0]?.taskId}/complete`, `{"result":${NANOSECONDS}}`)
    expect(done.status).toBe(202)
    expect((await send('GET', `session/${sessionId}`)).text).toContain(`"result":${NANOSECONDS}`)
  })
})
