import { rm } from 'node:fs/promises'
import { freePort } from '@opscore/host'
import { describe, expect, it, onTestFinished } from 'vitest'
import { message, startKit, type TestKit, temporaryFolder } from '../agentkit-fixture.ts'
import { type LocalServer, startLocalServer, until } from '../local-server.ts'

const soon = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString()
const events = (opsCore: LocalServer) => opsCore.received.map(({ body }) => JSON.parse(body))
const failures = (opsCore: LocalServer) => events(opsCore).filter(({ event_type }) => event_type === 'DISPATCH_FAILED')

const registerAt = (kit: TestKit, url: string) => kit.register({ agentName: 'worker', contactEndpoint: `${url}/inbox` })
const send = (kit: TestKit, agentId: string, body: unknown) => kit.call('POST', `/v1/agents/${agentId}/run`, body)

describe('forwarding a message', () => {
  it('answers 202, and the agent gets the very bytes, with its task id for an idempotency key', async () => {
    await using agent = await startLocalServer()
    await using kit = await startKit()
    const agentId = await registerAt(kit, agent.url)
    const rest = '"timestamp":"2026-01-02T03:04:05Z","sessionContext":null,"task_name":null,"opscore_session_id":null'
    const sent = `{ "senderId":"opscore_system_id",  "messageType":"workflow_task","opscore_task_id":"attempt-1","unknown":{"a":[1.50]},"payload":{"text":"ü\\u00fc"},${rest}}`
    expect(await send(kit, agentId, sent)).toMatchObject({
      status: 202,
      body: {
        status: 'success',
        message: `Task accepted for agent ${agentId}. Dispatch scheduled.`,
        error_code: null,
        data: { agentId, dispatch_status: 'scheduled' },
      },
    })
    await until('it arrived', () => agent.received.length === 1)
    expect(agent.received[0]).toMatchObject({
      method: 'POST',
      path: '/inbox',
      body: sent,
      headers: { 'content-type': 'application/json', 'idempotency-key': 'attempt-1' },
    })
  })

  it.each([
    ['nothing but what must be there', '', { sessionContext: null }],
    ['a timestamp that is null', '"timestamp":null,', { sessionContext: null }],
    [
      'half a context',
      '"sessionContext":{"sessionId":"s"},',
      { sessionContext: { sessionId: 's', priorMessages: [] } },
    ],
    [
      'an empty context beside a timestamp',
      '"timestamp":"2026-01-02T03:04:05+01:00","sessionContext":{"more":1},',
      {
        timestamp: '2026-01-02T03:04:05+01:00',
        sessionContext: { sessionId: null, priorMessages: [], more: 1 },
      },
    ],
  ])('fills a message in that has %s, and keeps the rest with its digits', async (_, members, filled) => {
    await using agent = await startLocalServer()
    await using kit = await startKit()
    const agentId = await registerAt(kit, agent.url)
    const rest = '"senderId":"me","messageType":"chat","extra":[1],"payload":{"id":9007199254740993}'
    await send(kit, agentId, `{${members}${rest}}`)
    await until('it arrived', () => agent.received.length === 1)
    const { body = '' } = agent.received[0] ?? {}
    expect(JSON.parse(body)).toEqual({
      ...{ senderId: 'me', messageType: 'chat', extra: [1], payload: expect.anything() },
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      ...{ task_name: null, opscore_session_id: null, opscore_task_id: null },
      ...filled,
    })
    expect(body).toContain('"payload":{"id":9007199254740993}')
  })

  it.each([
    ['500', { status: 500 }],
    ['408', { status: 408 }],
    ['425', { status: 425 }],
    ['a reset', 'reset'],
  ] as const)('tries again after %s, with the same key', async (_, first) => {
    await using agent = await startLocalServer()
    let failing = 2
    agent.answerWith(() => (failing-- > 0 ? first : { status: 200 }))
    await using opsCore = await startLocalServer()
    await using kit = await startKit({ settings: { webhookUrl: opsCore.url } })
    const agentId = await registerAt(kit, agent.url)
    await send(kit, agentId, message())
    await until('it was taken', () => agent.received.length === 3)
    const keys = agent.received.map(({ headers }) => headers['idempotency-key'])
    expect(new Set(keys).size).toBe(1)
    expect(failures(opsCore)).toEqual([])
  })

  it.each([301, 400, 404, 413, 422])('gives up at once after %i and tells Ops-Core', async (status) => {
    await using agent = await startLocalServer()
    agent.answerWith({ status, headers: { location: 'http://127.0.0.1:1/' } })
    await using opsCore = await startLocalServer()
    await using kit = await startKit({ settings: { webhookUrl: opsCore.url } })
    const agentId = await registerAt(kit, agent.url)
    await send(kit, agentId, message({ opscore_task_id: 'attempt-1' }))
    await until('Ops-Core was told', () => failures(opsCore).length === 1)
    expect(failures(opsCore)).toEqual([
      {
        event_type: 'DISPATCH_FAILED',
        delivery_id: expect.any(String),
        agentId,
        opscore_task_id: 'attempt-1',
        reason: expect.stringContaining(`${status}`),
        retryable: false,
        reached: true,
      },
    ])
    expect(events(opsCore)[0]).toMatchObject({ event_type: 'REGISTER' })
    expect(agent.received).toHaveLength(1)
  })

  it.each([
    ['its payload', (deadline: string) => ({ payload: { deadline } })],
    ['the message', (deadline: string) => ({ deadline })],
  ])('gives up an agent that is not there by the deadline in %s', async (_, fields) => {
    await using opsCore = await startLocalServer()
    await using kit = await startKit({ settings: { webhookUrl: opsCore.url } })
    const agentId = await registerAt(kit, `http://127.0.0.1:${await freePort()}`)
    await send(kit, agentId, message({ opscore_task_id: 'attempt-1', ...fields(soon(1_000)) }))
    await until('Ops-Core was told', () => failures(opsCore).length === 1)
    const outcome = { retryable: true, reached: false }
    expect(failures(opsCore)).toMatchObject([{ agentId, opscore_task_id: 'attempt-1', ...outcome }])
  })

  it.each([
    [503, {}, null],
    [429, { 'retry-after': '7' }, 7],
  ])(
    'hands a task back at once that its agent refuses with %i, with the pause that was named',
    async (status, headers, retryAfter) => {
      await using agent = await startLocalServer()
      agent.answerWith({ status, headers })
      await using opsCore = await startLocalServer()
      await using kit = await startKit({ settings: { webhookUrl: opsCore.url } })
      const agentId = await registerAt(kit, agent.url)
      await send(kit, agentId, message({ opscore_task_id: 'attempt-1' }))
      await until('Ops-Core was told', () => failures(opsCore).length === 1)
      expect(failures(opsCore)).toMatchObject([
        { agentId, opscore_task_id: 'attempt-1', retryable: true, reached: true, refused: true, retryAfter },
      ])
      expect(agent.received).toHaveLength(1)
    },
  )

  it.each([
    ['a message of no task', { opscore_task_id: undefined }],
    ['a cancel', { messageType: 'workflow_cancel', opscore_task_id: 'attempt-1' }],
  ])('tries %s again where the agent refuses it: it is for no other', async (_, fields) => {
    await using agent = await startLocalServer()
    let failing = 2
    agent.answerWith(() => ({ status: failing-- > 0 ? 503 : 200 }))
    await using opsCore = await startLocalServer()
    await using kit = await startKit({ settings: { webhookUrl: opsCore.url } })
    const agentId = await registerAt(kit, agent.url)
    await send(kit, agentId, message(fields))
    await until('it was taken', () => agent.received.length === 3)
    expect(failures(opsCore)).toEqual([])
  })

  it('says that another attempt may fare better where the agent is only out of order', async () => {
    await using agent = await startLocalServer()
    agent.answerWith({ status: 500 })
    await using opsCore = await startLocalServer()
    await using kit = await startKit({ settings: { webhookUrl: opsCore.url } })
    const agentId = await registerAt(kit, agent.url)
    await send(kit, agentId, message({ deadline: soon(500), opscore_task_id: 'attempt-1' }))
    await until('Ops-Core was told', () => failures(opsCore).length === 1)
    expect(failures(opsCore)).toMatchObject([{ opscore_task_id: 'attempt-1', retryable: true, reached: true }])
  })

  it('never sends what is past its deadline', async () => {
    await using agent = await startLocalServer()
    await using opsCore = await startLocalServer()
    await using kit = await startKit({ settings: { webhookUrl: opsCore.url } })
    const agentId = await registerAt(kit, agent.url)
    await send(kit, agentId, message({ opscore_task_id: 'attempt-1', deadline: soon(-1) }))
    await until('Ops-Core was told', () => failures(opsCore).length === 1)
    expect(agent.received).toEqual([])
  })

  it('holds no more than eight requests to an agent that never answers, and cuts them at their deadline', async () => {
    await using agent = await startLocalServer()
    agent.answerWith('never')
    await using opsCore = await startLocalServer()
    await using kit = await startKit({ settings: { webhookUrl: opsCore.url } })
    const agentId = await registerAt(kit, agent.url)
    const deadline = soon(1_500)
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        send(kit, agentId, message({ opscore_task_id: `attempt-${index}`, deadline })),
      ),
    )
    await until('Ops-Core was told of each', () => failures(opsCore).length === 20)
    expect(agent.received).toHaveLength(8)
    expect(new Set(failures(opsCore).map(({ opscore_task_id }) => opscore_task_id)).size).toBe(20)
  })

  it('lets one agent that never answers hold up nobody else', async () => {
    await using silent = await startLocalServer()
    silent.answerWith('never')
    await using agent = await startLocalServer()
    await using kit = await startKit()
    const silentId = await kit.register({ agentName: 'silent', contactEndpoint: silent.url })
    const agentId = await registerAt(kit, agent.url)
    for (let index = 0; index < 20; index += 1) await send(kit, silentId, message({ deadline: soon(3_000) }))
    await send(kit, agentId, message())
    await until('the other got its message', () => agent.received.length === 1)
  })

  it('takes no more than a thousand messages for an agent that is not there', async () => {
    await using kit = await startKit()
    const agentId = await registerAt(kit, `http://127.0.0.1:${await freePort()}`)
    const replies = await Promise.all(Array.from({ length: 1_010 }, () => send(kit, agentId, message())))
    const refused = replies.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(10)
    expect(refused[0]?.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(refused[0]?.body).toMatchObject({ status: 'error', error_code: 'RATE_LIMITED' })
  })

  it('takes a message of 300 KiB and none of 321', async () => {
    await using agent = await startLocalServer()
    await using kit = await startKit()
    const agentId = await registerAt(kit, agent.url)
    const large = message({ payload: { text: 'x'.repeat(300 * 1024) } })
    expect(await send(kit, agentId, large)).toMatchObject({ status: 202 })
    await until('it arrived', () => agent.received.length === 1)
    expect(JSON.parse(agent.received[0]?.body ?? '')).toMatchObject(large)
    expect(await send(kit, agentId, message({ payload: { text: 'x'.repeat(321 * 1024) } }))).toMatchObject({
      status: 413,
      body: { status: 'error', error_code: 'PAYLOAD_TOO_LARGE' },
    })
  })

  it('forwards at the next start what was not delivered when it closed, with the same key', async () => {
    const dataDir = await temporaryFolder()
    onTestFinished(() => rm(dataDir, { recursive: true }))
    const port = await freePort()
    const first = await startKit({ settings: { dataDir } })
    const agentId = await registerAt(first, `http://127.0.0.1:${port}`)
    const sent = message({ opscore_task_id: 'attempt-1', extra: true })
    await send(first, agentId, sent)
    await first.close()

    await using agent = await startLocalServer({ port })
    const second = await startKit({ settings: { dataDir } })
    await until('it arrived', () => agent.received.length === 1)
    await second.close()
    expect(JSON.parse(agent.received[0]?.body ?? '')).toMatchObject(sent)
    expect(agent.received[0]?.headers['idempotency-key']).toBe('attempt-1')

    const third = await startKit({ settings: { dataDir } })
    await third.close()
    expect(agent.received).toHaveLength(1)
  })

  it('closes with a request on its way and keeps what was not answered', async () => {
    const dataDir = await temporaryFolder()
    onTestFinished(() => rm(dataDir, { recursive: true }))
    await using agent = await startLocalServer()
    let answering = false
    agent.answerWith(() => (answering ? { status: 200 } : 'never'))
    const first = await startKit({ settings: { dataDir } })
    const agentId = await registerAt(first, agent.url)
    await send(first, agentId, message())
    await until('it was tried', () => agent.received.length === 1)
    await first.close()
    answering = true
    await using second = await startKit({ settings: { dataDir } })
    await until('it was tried again', () => agent.received.length === 2)
    expect((await second.call('GET', `/v1/agents/${agentId}`)).status).toBe(200)
  })

  it('drops the messages of an agent that is removed', async () => {
    await using agent = await startLocalServer()
    agent.answerWith({ status: 500 })
    await using opsCore = await startLocalServer()
    await using kit = await startKit({ settings: { webhookUrl: opsCore.url } })
    const agentId = await registerAt(kit, agent.url)
    await send(kit, agentId, message({ opscore_task_id: 'attempt-1' }))
    await until('it was tried', () => agent.received.length > 0)
    await kit.call('DELETE', `/v1/agents/${agentId}`)
    await until('it was given up', () => kit.logged.some(({ taskId }) => taskId === 'attempt-1'))
    await kit.register({ agentName: 'another', contactEndpoint: agent.url })
    await until('all was told', () => opsCore.received.length === 3)
    expect(events(opsCore).map(({ event_type }) => event_type)).toEqual(['REGISTER', 'DEREGISTER', 'REGISTER'])
  })
})

describe('a message that is off', () => {
  it.each([
    ['no messageType', { messageType: undefined }],
    ['no senderId', { senderId: undefined }],
    ['a payload that is no object', { payload: 'text' }],
    ['a number for a task id', { opscore_task_id: 5 }],
  ])('is answered 422: %s', async (_, change) => {
    await using kit = await startKit()
    const agentId = await registerAt(kit, 'http://127.0.0.1:8080')
    expect(await send(kit, agentId, message(change))).toMatchObject({
      status: 422,
      body: { status: 'error', data: null, error_code: 'VALIDATION_FAILED', detail: [{ loc: expect.any(Array) }] },
    })
  })

  it('is answered 404 where the agent is not known', async () => {
    await using kit = await startKit()
    expect(await send(kit, 'nobody', message())).toMatchObject({
      status: 404,
      body: { status: 'error', error_code: 'AGENT_NOT_FOUND', detail: "Agent with ID 'nobody' not found." },
    })
  })

  it('bears a key of its own where its task id cannot stand in a header', async () => {
    await using agent = await startLocalServer()
    await using kit = await startKit()
    const agentId = await registerAt(kit, agent.url)
    await send(kit, agentId, message({ opscore_task_id: 'a\r\nx-evil: 1' }))
    await until('it arrived', () => agent.received.length === 1)
    expect(agent.received[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/)
    expect(agent.received[0]?.headers).not.toHaveProperty('x-evil')
  })
})
