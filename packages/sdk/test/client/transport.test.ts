import { expect, test } from 'vitest'
import { OpsCoreClient, OpsCoreError } from '../../src/index.ts'
import { type Behaviour, type HttpDouble, startHttpDouble } from '../http-double.ts'

const quick = { initialInterval: 1, maximumInterval: 5 }

function clientOf(double: HttpDouble, options: object = {}): OpsCoreClient {
  return new OpsCoreClient({ url: double.url, apiKey: 'ops_key', retry: quick, ...options })
}

/** Does each of the behaviours once, in turn, and the last one from then on. */
function inTurn(...behaviours: Behaviour[]): Behaviour {
  return (request) => {
    const behaviour = behaviours.length > 1 ? behaviours.shift() : behaviours[0]
    if (!behaviour) throw new Error('no behaviour')
    return behaviour(request)
  }
}

async function failureOf(promise: Promise<unknown>): Promise<OpsCoreError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof OpsCoreError)) throw new Error(`expected an OpsCoreError, got ${error}`)
  return error
}

test('a call bears the key and the path with its parts escaped', async () => {
  const double = await startHttpDouble(() => ({ body: { state: 'idle' } }))
  await clientOf(double).getState('a/b ü')
  expect(double.seen[0]).toMatchObject({
    path: '/v1/opscore/agent/a%2Fb%20%C3%BC/state',
    headers: { authorization: 'Bearer ops_key' },
  })
})

test('filters that are given several times go out several times', async () => {
  const double = await startHttpDouble(() => ({ body: { items: [], nextCursor: null } }))
  await clientOf(double).agents.list({ state: ['idle', 'active'], limit: 5 })
  expect(double.seen[0]?.query.toString()).toBe('state=idle&state=active&limit=5')
})

test.each([Number.POSITIVE_INFINITY, 2 ** 31, '90d', '1h30m'])(
  'a call may take long: a timeout of %s',
  async (timeout) => {
    const double = await startHttpDouble(() => ({ body: { state: 'idle' } }))
    expect(await clientOf(double, { timeout, retry: false }).getState('a')).toEqual({ state: 'idle' })
  },
)

test('a call that gets no answer in time says how long it waited', async () => {
  const double = await startHttpDouble(() => () => {})
  const error = await failureOf(clientOf(double, { timeout: '50ms', retry: false }).getState('a'))
  expect(error).toMatchObject({ code: 'TIMEOUT', status: 0 })
  expect(error.message).toContain('50 ms')
})

test.each([Number.NaN, -1, '5 minutes', ''])('a timeout of %j is refused at once', (timeout) => {
  const options = { url: 'http://localhost', timeout }
  expect(() => new OpsCoreClient(options)).toThrow(/^timeout must be/)
})

test('a reset and a 503 are tried again where repeating does no harm', async () => {
  const double = await startHttpDouble(
    inTurn(
      () => 'reset',
      () => ({ status: 503 }),
      () => ({ body: { state: 'idle' } }),
    ),
  )
  expect(await clientOf(double).getState('a')).toEqual({ state: 'idle' })
  expect(double.seen).toHaveLength(3)
})

test('Retry-After is waited for', async () => {
  const double = await startHttpDouble(
    inTurn(
      () => ({ status: 429, headers: { 'retry-after': '1' } }),
      () => ({ body: {} }),
    ),
  )
  const started = performance.now()
  await clientOf(double).getState('a')
  expect(performance.now() - started).toBeGreaterThanOrEqual(990)
})

test('a Retry-After beyond a minute is handed to the caller', async () => {
  const double = await startHttpDouble(() => ({ status: 429, headers: { 'retry-after': '3600' } }))
  expect(await failureOf(clientOf(double).getState('a'))).toMatchObject({ status: 429, retryAfter: 3_600_000 })
  expect(double.seen).toHaveLength(1)
})

test('every try of a trigger bears the same made-up key', async () => {
  const double = await startHttpDouble(
    inTurn(
      () => 'reset',
      () => ({ status: 409, body: { code: 'IDEMPOTENCY_IN_FLIGHT', detail: 'Under way.' } }),
      () => ({ status: 202, body: { sessionId: 's' } }),
    ),
  )
  const client = clientOf(double)
  await client.trigger('a', { workflowDefinitionId: 'w', initialPayload: { x: 1 } })
  await client.trigger('a', { workflowDefinitionId: 'w' })
  const keys = double.seen.map((request) => request.headers['idempotency-key'])
  expect(keys).toHaveLength(4)
  expect(new Set(keys.slice(0, 3)).size).toBe(1)
  expect(keys[3]).not.toBe(keys[0])
  expect(double.seen[0]?.body).toEqual({ workflowDefinitionId: 'w', initialPayload: { x: 1 } })
})

test('a DELETE whose first answer was lost has done its work when the second finds nothing', async () => {
  const double = await startHttpDouble(
    inTurn(
      () => 'reset',
      () => ({ status: 404, body: { code: 'AGENT_NOT_FOUND', detail: 'Agent not found: a' } }),
    ),
  )
  await clientOf(double).agents.delete('a')
  expect(await failureOf(clientOf(double).agents.delete('a'))).toMatchObject({ code: 'AGENT_NOT_FOUND' })
})

const WRITTEN = { id: 'w', tasks: [{ taskId: 'a', parameters: { list: [1, { x: null }] } }] }
const overtaken = { status: 412, body: { code: 'PRECONDITION_FAILED', detail: 'Another is stored.' } }
const stored = (definition: object) => ({ body: { id: 'w', revision: 2, hash: 'h', definition } })

test.each([
  ['if-match', { ifMatch: '"h0"' }],
  ['if-none-match', { ifNoneMatch: '*' }],
] as const)(
  'a PUT with %s whose first answer was lost is a success where its own content is found',
  async (name, condition) => {
    const [task] = WRITTEN.tasks
    const turned = { tasks: [{ parameters: task?.parameters, taskId: 'a' }], id: 'w' }
    const double = await startHttpDouble(
      inTurn(
        () => 'reset',
        () => overtaken,
        () => stored(turned),
      ),
    )
    expect(await clientOf(double).workflows.put(WRITTEN, condition)).toMatchObject({ revision: 2 })
    expect(double.seen.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'GET'])
    expect(double.seen[0]?.headers[name]).toBe(Object.values(condition)[0])
  },
)

test.each([
  ['somebody else has stored another', stored({ id: 'w', tasks: [{ taskId: 'b' }] })],
  ['there is none any more', { status: 404, body: { code: 'WORKFLOW_NOT_FOUND', detail: 'Gone.' } }],
])('a PUT whose first answer was lost has failed where %s', async (_, found) => {
  const double = await startHttpDouble(
    inTurn(
      () => 'reset',
      () => overtaken,
      () => found,
    ),
  )
  const put = clientOf(double).workflows.put(WRITTEN, { ifMatch: '"h0"' })
  expect(await failureOf(put)).toMatchObject({ code: 'PRECONDITION_FAILED' })
})

test('a PUT that is overtaken at once has failed, whatever is stored', async () => {
  const double = await startHttpDouble(
    inTurn(
      () => overtaken,
      () => stored(WRITTEN),
    ),
  )
  const put = clientOf(double).workflows.put(WRITTEN, { ifMatch: '"h0"' })
  expect(await failureOf(put)).toMatchObject({ code: 'PRECONDITION_FAILED' })
  expect(double.seen).toHaveLength(1)
})

test('an error carries code, status, sentence and request id', async () => {
  const double = await startHttpDouble(() => ({
    status: 404,
    body: { code: 'AGENT_NOT_FOUND', detail: 'Agent not found: a', requestId: 'r1', status: 404 },
  }))
  const error = await failureOf(clientOf(double).getState('a'))
  expect(error).toMatchObject({ code: 'AGENT_NOT_FOUND', status: 404, message: 'Agent not found: a', requestId: 'r1' })
})

test("FastAPI's list of issues becomes one sentence", async () => {
  const double = await startHttpDouble(() => ({
    status: 422,
    body: { code: 'VALIDATION_FAILED', detail: [{ loc: ['body', 'state'], msg: 'Field required', type: 'missing' }] },
  }))
  expect(await failureOf(clientOf(double).getState('a'))).toMatchObject({ detail: 'body.state: Field required' })
})

test('an error page of a proxy still makes an error that says something', async () => {
  const double = await startHttpDouble(() => (response) => response.writeHead(418).end('<html>no</html>'))
  expect(await failureOf(clientOf(double).getState('a'))).toMatchObject({ code: 'HTTP_418', status: 418 })
})

test('no server is UNREACHABLE, and the reason says why', async () => {
  const double = await startHttpDouble(() => ({}))
  await double.close()
  const error = await failureOf(clientOf(double).getState('a'))
  expect(error).toMatchObject({ code: 'UNREACHABLE', status: 0 })
  expect(error.message).toContain('ECONNREFUSED')
})

test('a server that does not answer is TIMEOUT', async () => {
  const double = await startHttpDouble(() => () => {})
  const client = clientOf(double, { timeout: 50, retry: false })
  expect(await failureOf(client.getState('a'))).toMatchObject({ code: 'TIMEOUT' })
})

test("an aborted call throws its signal's reason and is not tried again", async () => {
  const abort = new AbortController()
  const reason = new Error('enough')
  const double = await startHttpDouble(() => () => abort.abort(reason))
  await expect(clientOf(double).getState('a', { signal: abort.signal })).rejects.toBe(reason)
  expect(double.seen).toHaveLength(1)
})

test('ready is false at 503, which is not tried again', async () => {
  const double = await startHttpDouble(() => ({ status: 503 }))
  expect(await clientOf(double).ready()).toBe(false)
  expect(double.seen).toHaveLength(1)
})

test('answers and events are read by the parser that the caller gives', async () => {
  const line = '{"id":"0-1","type":"session.started","data":{"n":9007199254740993}}'
  const double = await startHttpDouble(({ path }) => (response) => {
    if (!path.endsWith('/event')) return void response.end('{"n":9007199254740993}')
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(`id: c\ndata: ${line}\n\n`)
  })
  const parseJson = (text: string): unknown => JSON.parse(text.replace(/\d{16,}/, '"$&"'))
  const client = clientOf(double, { parseJson })
  expect(await client.getState('a')).toEqual({ n: '9007199254740993' })
  const { value } = await client.events().next()
  expect(value).toMatchObject({ data: { n: '9007199254740993' } })
  expect(
    await clientOf(double, { parseJson: () => JSON.parse('no') })
      .getState('a')
      .catch(failure),
  ).toBe('BAD_ANSWER')
})

const failure = (error: unknown) => (error instanceof OpsCoreError ? error.code : error)
