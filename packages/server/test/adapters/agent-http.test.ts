import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { Log } from '@opscore/engine'
import { createOutbound, networkPolicy, TASK_ANSWER_LIMIT, TASK_ANSWERS_AT_ONCE } from '@opscore/host'
import { afterEach, expect, test, vi } from 'vitest'
import { type AgentLinkOptions, createAgentLink } from '../../src/adapters/agent-http/agent-link.ts'

interface Heard {
  url: string
  headers: IncomingMessage['headers']
  body: unknown
}

const cleanUps: (() => Promise<unknown>)[] = []

afterEach(async () => {
  while (cleanUps.length > 0) await cleanUps.pop()?.()
})

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUps.push(async () => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}`
}

/** A server that writes down what it hears and answers as told. */
async function hearing(answer: (response: ServerResponse) => void) {
  const heard: Heard[] = []
  const url = await listen(async (request, response) => {
    heard.push({
      url: request.url ?? '',
      headers: request.headers,
      body: JSON.parse((await buffer(request)).toString()),
    })
    answer(response)
  })
  return { heard, url }
}

const answering = (status: number, body: unknown = {}) =>
  hearing((response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)))

const scheduled = { status: 'success', message: '', data: { agentId: 'agent-1', dispatch_status: 'scheduled' } }

/** An address where nobody listens any more. */
async function nobody(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

function linkTo(options: Partial<AgentLinkOptions>, timeout = 10_000) {
  const lines: string[] = []
  const write = (_: object, message: string) => void lines.push(message)
  const log: Log = { debug: write, info: write, warn: write, error: write }
  const outbound = createOutbound({ policy: networkPolicy(''), timeout, perOrigin: 256 })
  const patient = createOutbound({
    ...TASK_ANSWERS_AT_ONCE,
    policy: networkPolicy(''),
    answerLimit: TASK_ANSWER_LIMIT,
  })
  const link = createAgentLink({ outbound, patient, log, ...options })
  cleanUps.push(async () => {
    await link.close()
    await outbound[Symbol.asyncDispose]()
    await patient[Symbol.asyncDispose]()
  })
  return { link, lines }
}

const message = {
  senderId: 'opscore_system_id',
  messageType: 'workflow_task',
  payload: {
    task_name: 'First Step',
    task_parameters: { text: 'grüße' },
    attempt: 1,
    deadline: '2026-01-01T00:00:00Z',
  },
  opscore_task_id: 'task-1.1',
}

const to = (contactEndpoint: string, agentId = 'agent-1') => ({
  agentId,
  contactEndpoint,
  message,
  idempotencyKey: 'task-1.1',
})

test('without an AgentKit the message goes straight to the agent, with its idempotency key and no credentials', async () => {
  const agent = await answering(202)
  const { link } = linkTo({ agentKitKey: 'a key for AgentKit alone' })
  expect(await link.deliver(to(`${agent.url}/inbox`))).toEqual({ outcome: 'accepted', via: 'direct' })
  expect(agent.heard).toHaveLength(1)
  expect(agent.heard[0]).toMatchObject({
    url: '/inbox',
    headers: { 'idempotency-key': 'task-1.1', 'content-type': 'application/json' },
    body: message,
  })
  expect(agent.heard[0]?.headers.authorization).toBeUndefined()
})

test.each(['', '/', '/v1', '/v1/'])('AgentKit is found where its URL ends with "%s"', async (ending) => {
  const agentKit = await answering(202, scheduled)
  const { link } = linkTo({ agentKitUrl: agentKit.url + ending, agentKitKey: 'secret' })
  expect(await link.deliver(to(await nobody()))).toEqual({ outcome: 'accepted', via: 'agentkit' })
  expect(agentKit.heard[0]).toMatchObject({
    url: '/v1/agents/agent-1/run',
    headers: { authorization: 'Bearer secret', 'idempotency-key': 'task-1.1' },
    body: message,
  })
})

test('an agent that AgentKit does not know gets the message straight, and AgentKit keeps its key', async () => {
  const agentKit = await answering(404, { status: 'error', detail: 'Agent not found' })
  const agent = await answering(200)
  const { link } = linkTo({ agentKitUrl: agentKit.url, agentKitKey: 'secret' })
  expect(await link.deliver(to(agent.url))).toEqual({ outcome: 'accepted', via: 'direct' })
  expect(agent.heard[0]?.headers.authorization).toBeUndefined()
  expect(agent.heard[0]?.headers['idempotency-key']).toBe('task-1.1')
})

test.each([
  ['a/b?c#d', '/v1/agents/a%2Fb%3Fc%23d/run'],
  ['../../admin', '/v1/agents/..%2F..%2Fadmin/run'],
  ['ü\r\nX-Evil: 1', '/v1/agents/%C3%BC%0D%0AX-Evil%3A%201/run'],
])('the agent id %j stays one segment of the path', async (agentId, url) => {
  const agentKit = await answering(202, scheduled)
  const { link } = linkTo({ agentKitUrl: agentKit.url })
  expect(await link.deliver(to('http://127.0.0.1:1', agentId))).toMatchObject({ via: 'agentkit' })
  expect(agentKit.heard[0]?.url).toBe(url)
})

test.each(['.', '..', '\ud800'])(
  'an agent id that fits no path, %j, does not reach AgentKit at all',
  async (agentId) => {
    const agentKit = await answering(202, scheduled)
    const agent = await answering(200)
    const { link } = linkTo({ agentKitUrl: agentKit.url })
    expect(await link.deliver(to(agent.url, agentId))).toEqual({ outcome: 'accepted', via: 'direct' })
    expect(agentKit.heard).toEqual([])
  },
)

test.each([
  [400, false],
  [401, false],
  [408, true],
  [409, false],
  [422, false],
  [425, true],
  [500, true],
  [504, true],
  [302, false],
])('an answer of %i is retryable: %s, from an agent as from AgentKit', async (status, retryable) => {
  const server = await answering(status, { detail: 'what lies behind the endpoint' })
  const straight = await linkTo({}).link.deliver(to(server.url))
  const through = await linkTo({ agentKitUrl: server.url }).link.deliver(to(await nobody()))
  expect(straight).toEqual({ outcome: 'failed', retryable, reached: true, reason: `The agent answered ${status}` })
  expect(through).toEqual({ outcome: 'failed', retryable, reached: true, reason: `AgentKit answered ${status}` })
})

test.each([
  ['nothing', {}, null],
  ['seconds', { 'retry-after': '7' }, 7_000],
  ['0 seconds', { 'retry-after': '0' }, 0],
  ['a date', { date: 'Tue, 01 Dec 2026 00:00:00 GMT', 'retry-after': 'Tue, 01 Dec 2026 00:01:30 GMT' }, 90_000],
  ['a date gone by', { date: 'Tue, 01 Dec 2026 00:00:00 GMT', 'retry-after': 'Mon, 30 Nov 2026 00:00:00 GMT' }, 0],
  ['nonsense', { 'retry-after': 'soon, -5' }, null],
])(
  '429 and 503 are a refusal for want of room, from an agent as from AgentKit; Retry-After names %s',
  async (_, headers, retryAfter) => {
    for (const status of [429, 503]) {
      const server = await hearing((response) =>
        response.writeHead(status, headers).end('what lies behind the endpoint'),
      )
      const straight = await linkTo({}).link.deliver(to(server.url))
      const through = await linkTo({ agentKitUrl: server.url }).link.deliver(to(await nobody()))
      expect(straight).toEqual({ outcome: 'refused', retryAfter, reason: `The agent answered ${status}` })
      expect(through).toEqual({ outcome: 'refused', retryAfter, reason: `AgentKit answered ${status}` })
    }
  },
)

test('an agent answers 404: that is its own answer, and final', async () => {
  const agent = await answering(404)
  expect(await linkTo({}).link.deliver(to(agent.url))).toMatchObject({
    outcome: 'failed',
    retryable: false,
    reached: true,
  })
})

test('an AgentKit that says 200 and means an error has not taken the message', async () => {
  const agentKit = await answering(200, { status: 'error', message: 'queue', data: null, error_code: 'QUEUE_FULL' })
  const { link } = linkTo({ agentKitUrl: agentKit.url })
  expect(await link.deliver(to(await nobody()))).toMatchObject({ outcome: 'failed', retryable: true, reached: true })
})

test.each([['<html>fine</html>'], ['null'], ['[]'], ['']])(
  'a 2xx whose body is %j is taken for its status',
  async (body) => {
    const agentKit = await hearing((response) => response.writeHead(202).end(body))
    const { link } = linkTo({ agentKitUrl: agentKit.url })
    expect(await link.deliver(to(await nobody()))).toEqual({ outcome: 'accepted', via: 'agentkit' })
  },
)

test('an agent where nobody listens is worth another try and was not reached', async () => {
  const delivery = await linkTo({}).link.deliver(to(await nobody()))
  expect(delivery).toMatchObject({ outcome: 'failed', retryable: true, reached: false })
})

test('where nobody listens at AgentKit the message goes straight to the agent, with the same key', async () => {
  const agent = await hearing((response) => response.writeHead(202).end())
  const { link, lines } = linkTo({ agentKitUrl: await nobody(), agentKitKey: 'a key for AgentKit alone' })
  expect(await link.deliver(to(agent.url))).toEqual({ outcome: 'accepted', via: 'direct' })
  expect(agent.heard).toHaveLength(1)
  expect(agent.heard[0]?.headers).toMatchObject({ 'idempotency-key': 'task-1.1' })
  expect(agent.heard[0]?.headers.authorization).toBeUndefined()
  expect(lines).toEqual(['AgentKit takes no messages'])
})

test('an AgentKit where nobody listens is not held against the agent, and said once for each outage', async () => {
  const { link, lines } = linkTo({ agentKitUrl: await nobody() })
  for (let i = 0; i < 3; i++) {
    expect(await link.deliver(to('http://127.0.0.1:1'))).toMatchObject({ retryable: true, reached: true })
  }
  expect(lines).toEqual(['AgentKit takes no messages'])
})

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://user:pass@127.0.0.1/',
  'file:///etc/passwd',
  'not a URL',
  '',
  'http://[::ffff:169.254.169.254]/',
])('the endpoint %j is refused for good', async (endpoint) => {
  expect(await linkTo({}).link.deliver(to(endpoint))).toMatchObject({
    outcome: 'failed',
    retryable: false,
    reached: false,
  })
})

test.each<[string, (response: ServerResponse) => void]>([
  ['resets after the full body', (response) => response.destroy()],
  ['never answers', () => {}],
  ['starts an answer and never ends it', (response) => response.writeHead(200).write('{')],
  ['talks garbage', (response) => response.socket?.end('garbage\r\n\r\n')],
])('an agent that %s is worth another try', async (_, answer) => {
  const agent = await hearing(answer)
  const delivery = await linkTo({}, 250).link.deliver(to(agent.url))
  expect(delivery).toMatchObject({ outcome: 'failed', retryable: true, reached: false })
})

test('an agent that answers without end is taken at its status', async () => {
  const agent = await hearing((response) => {
    response.writeHead(200)
    const pour = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    }
    response.on('drain', pour)
    response.on('error', () => {})
    pour()
  })
  expect(await linkTo({}).link.deliver(to(agent.url))).toEqual({ outcome: 'accepted', via: 'direct' })
})

test('many at once reach AgentKit together', async () => {
  const waiting: ServerResponse[] = []
  const agentKit = await hearing((response) => {
    waiting.push(response)
    if (waiting.length === 200) for (const each of waiting) each.writeHead(202).end(JSON.stringify(scheduled))
  })
  const { link } = linkTo({ agentKitUrl: agentKit.url })
  const deliveries = await Promise.all(Array.from({ length: 200 }, () => link.deliver(to('http://127.0.0.1:1'))))
  expect(new Set(deliveries.map((delivery) => delivery.outcome))).toEqual(new Set(['accepted']))
})

test("a delivery ends with its caller's signal, and closing ends all of them", async () => {
  const agent = await hearing(() => {})
  const { link } = linkTo({})
  const caller = new AbortController()
  const called = link.deliver({ ...to(agent.url), signal: caller.signal })
  const other = link.deliver(to(agent.url))
  caller.abort()
  expect(await called).toMatchObject({ outcome: 'failed', retryable: true, reached: true })
  await link.close()
  expect(await other).toMatchObject({ outcome: 'failed', retryable: true, reached: true })
})

test('a probe says whether the endpoint takes a connection, and never rejects', async () => {
  const agent = await answering(200)
  const { link } = linkTo({})
  expect(await link.probe(`${agent.url}/inbox`)).toBe(true)
  expect(await link.probe(await nobody())).toBe(false)
  expect(await link.probe('http://169.254.169.254/')).toBe(false)
  expect(await link.probe('not a URL')).toBe(false)
  expect(agent.heard).toEqual([])
})

const said = { opscore_task_id: 'task-1.1', status: 'completed', result: { id: 1 } }
const mayAnswer = { answerWithin: 60_000 }

test('what an agent answers is its outcome where it may answer, with its digits, and nothing elsewhere', async () => {
  const agent = await hearing((response) =>
    response.end('{"opscore_task_id":"task-1.1","status":"completed","result":{"id":9007199254740993}}'),
  )
  const { link } = linkTo({})
  const delivery = await link.deliver({ ...to(agent.url), ...mayAnswer })
  expect(JSON.stringify(delivery)).toContain('"result":{"id":9007199254740993}')
  expect(delivery).toMatchObject({ outcome: 'answered', answer: { status: 'completed' } })
  expect(await link.deliver(to(agent.url))).toEqual({ outcome: 'accepted', via: 'direct' })
})

test.each([
  ['202', 202, said],
  ['another attempt', 200, { ...said, opscore_task_id: 'task-1.2' }],
  ['another status', 200, { ...said, status: 'done' }],
  ['a list', 200, [said]],
])('an answer with %s is an acceptance', async (_, status, body) => {
  const agent = await answering(status, body)
  expect(await linkTo({}).link.deliver({ ...to(agent.url), ...mayAnswer })).toMatchObject({ outcome: 'accepted' })
})

test.each([
  [
    { code: 'NO', message: 'No.' },
    { code: 'NO', message: 'No.' },
  ],
  ['No.', { message: 'No.' }],
  [{ code: 7 }, {}],
  [null, {}],
])('the error %j of a failure is read as %j', async (error, read) => {
  const agent = await answering(200, { opscore_task_id: 'task-1.1', status: 'failed', error })
  const delivery = await linkTo({}).link.deliver({ ...to(agent.url), ...mayAnswer })
  expect(delivery).toMatchObject({ outcome: 'answered', answer: { status: 'failed', error: read } })
})

test('an answer that is too large is a failure that says so, and is not read to its end', async () => {
  const agent = await answering(200, { ...said, result: 'x'.repeat(400_000) })
  expect(await linkTo({}).link.deliver({ ...to(agent.url), ...mayAnswer })).toMatchObject({
    answer: { status: 'failed', error: { code: 'RESULT_TOO_LARGE' } },
  })
})

test('many agents of one origin are waited for at once, and hold up nobody who only accepts', async () => {
  const waiting: ServerResponse[] = []
  const slow = await hearing((response) => void waiting.push(response))
  const quick = await answering(202)
  const { link } = linkTo({}, 200)
  const asked = Array.from({ length: 40 }, () => link.deliver({ ...to(slow.url), ...mayAnswer }))
  await vi.waitUntil(() => waiting.length === 40, { timeout: 30_000 })
  expect(await link.deliver(to(quick.url))).toMatchObject({ outcome: 'accepted' })
  for (const response of waiting) response.end(JSON.stringify(said))
  expect((await Promise.all(asked)).map(({ outcome }) => outcome)).toEqual(Array(40).fill('answered'))
})

test('a connection that is lost says that the agent may have the message, and none that there was no connection', async () => {
  const agent = await hearing((response) => response.destroy())
  const { link } = linkTo({})
  expect(await link.deliver({ ...to(agent.url), ...mayAnswer })).toMatchObject({ outcome: 'failed', lost: true })
  expect(await link.deliver({ ...to(await nobody()), ...mayAnswer })).not.toHaveProperty('lost')
})

test('through AgentKit the message is accepted, and its answer comes by the webhook', async () => {
  const agentKit = await answering(202, scheduled)
  const { link } = linkTo({ agentKitUrl: agentKit.url })
  expect(await link.deliver({ ...to(await nobody()), ...mayAnswer })).toEqual({ outcome: 'accepted', via: 'agentkit' })
})
