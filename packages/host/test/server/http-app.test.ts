import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import {
  ApiError,
  createHttpApp,
  createLog,
  type HttpAppOptions,
  listenAndDrain,
  PAGE_CONTENT_SECURITY_POLICY,
} from '../../src/index.ts'
import { silentLog } from '../silent-log.ts'
import { rawRequest } from './raw-request.ts'

const thing = { type: 'object', properties: { a: { type: 'string' } } }

function createApp(options: Partial<HttpAppOptions> = {}) {
  const app = createHttpApp({ log: silentLog, bodyLimit: 1024, ...options })
  app.post('/thing/:id', { schema: { body: thing } }, async (request) => request.body)
  app.put('/thing/:id', async () => ({}))
  app.get('/thing', async () => ({ ok: true }))
  app.post('/raw', { config: { rawBody: true } }, async (request) => ({ raw: request.rawBody?.toString('hex') }))
  app.post('/act', { config: { emptyBody: true }, schema: { body: thing } }, async (request) => ({
    body: request.body,
  }))
  app.get('/page', async (_request, reply) =>
    reply
      .header('content-security-policy', PAGE_CONTENT_SECURITY_POLICY)
      .header('cache-control', 'max-age=60')
      .type('text/html')
      .send('<p>'),
  )
  app.get('/boom', async () => {
    throw new Error('password=hunter2')
  })
  app.get('/teapot', async () => {
    throw Object.assign(new Error('short and stout'), { statusCode: 418, code: 'TEAPOT' })
  })
  app.get('/busy', async () => {
    throw new ApiError('RATE_LIMITED', 'Too fast', {
      retryAfter: 1.2,
      data: { limit: 5, status: 200 },
      headers: { 'x-a': 'b' },
    })
  })
  return app
}

async function listening(options: Partial<HttpAppOptions> = {}) {
  const app = createApp(options)
  const { port, drain } = await listenAndDrain({ app, host: '127.0.0.1', port: 0 })
  return { app, port, [Symbol.asyncDispose]: () => drain({ limit: 0 }) }
}

describe('an answer', () => {
  it('bears the headers that keep browsers from making something of it', async () => {
    for (const url of ['/thing', '/nothing', '/boom', '/%zz']) {
      const { headers } = await createApp().inject(url)
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'",
        'x-request-id': expect.stringMatching(/^[0-9a-f]{16}-1$/),
      })
    }
  })

  it('lets a route say otherwise', async () => {
    const { headers } = await createApp().inject('/page')
    expect(headers).toMatchObject({
      'cache-control': 'max-age=60',
      'content-security-policy': PAGE_CONTENT_SECURITY_POLICY,
    })
  })

  it.each([
    ['abc-123.X:y_z', true],
    ['a'.repeat(128), true],
    ['a'.repeat(129), false],
    ['', false],
    ['a b', false],
    ['a"b', false],
    ['é', false],
  ])('to a request with the id %j keeps it: %s', async (id, kept) => {
    const { headers } = await createApp().inject({ url: '/thing', headers: { 'x-request-id': id } })
    expect(headers['x-request-id'] === id).toBe(kept)
  })
})

describe('a body', () => {
  const json = '{"a":"b"}'

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/json;charset="UTF-8"',
  ])('is read as %s', async (type) => {
    const answer = await createApp().inject({
      method: 'POST',
      url: '/thing/1',
      headers: { 'content-type': type },
      payload: json,
    })
    expect([answer.statusCode, answer.json()]).toEqual([200, { a: 'b' }])
  })

  it('is read as JSON without a content type, as FastAPI does', async () => {
    await using server = await listening()
    const head = `POST /thing/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${json.length}\r\n\r\n`
    expect(await rawRequest(server.port, head, json)).toMatch(/^HTTP\/1\.1 200 .*\{"a":"b"\}$/s)
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/merge-patch+json',
    'application/jsonp',
    'nonsense',
    '*/*',
  ])('of type %s is 415', async (type) => {
    const answer = await createApp().inject({
      method: 'POST',
      url: '/thing/1',
      headers: { 'content-type': type },
      payload: json,
    })
    expect([answer.statusCode, answer.json().code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
  })

  it('over the limit is 413, whether it says its length or not', async () => {
    const large = JSON.stringify({ a: 'x'.repeat(2000) })
    const answer = await createApp().inject({
      method: 'POST',
      url: '/thing/1',
      headers: { 'content-type': 'application/json' },
      payload: large,
    })
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
    await using server = await listening()
    const head =
      'POST /thing/1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'
    expect(await rawRequest(server.port, head, `${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 413 /,
    )
  })

  it("that is not JSON is 422 with FastAPI's issue", async () => {
    const answer = await createApp().inject({
      method: 'POST',
      url: '/thing/1',
      headers: { 'content-type': 'application/json' },
      payload: '{"a":',
    })
    expect(answer.statusCode).toBe(422)
    expect(answer.json()).toMatchObject({ code: 'INVALID_JSON', detail: [{ loc: ['body', 5], type: 'json_invalid' }] })
  })

  it('is kept byte by byte where a route asks for it', async () => {
    const bytes = Buffer.from('{"a" : "é"}\n')
    const answer = await createApp().inject({
      method: 'POST',
      url: '/raw',
      headers: { 'content-type': 'application/json' },
      payload: bytes,
    })
    expect(answer.json()).toEqual({ raw: bytes.toString('hex') })
  })

  it.each([undefined, 'application/json', 'text/plain', 'application/x-www-form-urlencoded', 'nonsense/'])(
    'may be absent with the type %s where a route takes empty ones',
    async (type) => {
      const headers = type === undefined ? {} : { 'content-type': type }
      const answer = await createApp().inject({ method: 'POST', url: '/act', headers })
      expect([answer.statusCode, answer.json()]).toEqual([200, { body: {} }])
    },
  )
})

describe('an absent body', () => {
  it('is accepted where it comes in no chunks', async () => {
    await using server = await listening()
    const head =
      'POST /act HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n'
    expect(await rawRequest(server.port, head, '0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 .*\{"body":\{\}\}/s)
  })
})

describe('an error', () => {
  it('that nobody expected is 500, is logged with its request id and tells nothing', async () => {
    const lines: string[] = []
    const log = createLog({ level: 'info', name: 'test', destination: { write: (line) => lines.push(line) } })
    const answer = await createApp({ log }).inject({ url: '/boom?token=x', headers: { 'x-request-id': 'r-1' } })
    expect(answer.statusCode).toBe(500)
    expect(answer.json()).toEqual({
      type: 'urn:opscore:error:INTERNAL',
      title: 'Something unexpected went wrong',
      status: 500,
      detail: expect.any(String),
      instance: '/boom',
      code: 'INTERNAL',
      requestId: 'r-1',
    })
    expect(answer.body).not.toContain('hunter2')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'error', requestId: 'r-1', url: '/boom', err: { type: 'Error' } },
    ])
  })

  it('of another library is not let through with its message', async () => {
    const answer = await createApp().inject('/teapot')
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'INTERNAL'])
    expect(answer.body).not.toContain('stout')
  })

  it('of ours bears its headers and extensions, and no extension replaces a member', async () => {
    const answer = await createApp().inject('/busy')
    expect(answer.statusCode).toBe(429)
    expect(answer.headers).toMatchObject({
      'retry-after': '2',
      'x-a': 'b',
      'content-type': expect.stringMatching(/^application\/problem\+json/),
    })
    expect(answer.json()).toMatchObject({ code: 'RATE_LIMITED', detail: 'Too fast', limit: 5, status: 429 })
  })

  it('can be wrapped in another envelope', async () => {
    const shapeError: HttpAppOptions['shapeError'] = (problem, error) => ({
      status: 'error',
      message: error.message,
      detail: problem.detail,
    })
    const answer = await createApp({ shapeError }).inject('/busy')
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    expect([answer.statusCode, answer.json()]).toEqual([
      429,
      { status: 'error', message: 'Too fast', detail: 'Too fast' },
    ])
  })

  it.each([
    ['GET', '/nothing', 404, undefined],
    ['POST', '/', 404, undefined],
    ['DELETE', '/thing/1', 405, 'POST, PUT'],
    ['POST', '/thing', 405, 'GET, HEAD'],
    ['OPTIONS', '/thing/1?x=y', 405, 'POST, PUT'],
    ['GET', '/thing//1', 404, undefined],
    ['GET', '//thing/', 404, undefined],
    ['GET', '//thing//', 404, undefined],
  ] as const)('for %s %s is %i', async (method, url, status, allow) => {
    const answer = await createApp().inject({ method, url })
    expect([answer.statusCode, answer.json().status, answer.headers.allow]).toEqual([status, status, allow])
  })

  it('for an address that is none does not depend on the body', async () => {
    for (const [method, url, status] of [
      ['POST', '/nothing', 404],
      ['DELETE', '/thing/1', 405],
    ] as const) {
      for (const [type, payload] of [
        ['text/plain', 'x'],
        ['application/json', '{'],
        ['application/json', JSON.stringify('x'.repeat(2_000))],
      ]) {
        const answer = await createApp().inject({ method, url, headers: { 'content-type': type }, payload })
        expect([answer.statusCode, answer.json().status]).toEqual([status, status])
      }
    }
  })

  it.each(['/%zz', '/thing/%ff', `/thing/${'a'.repeat(9000)}`])(
    'for an address that cannot be read is a problem',
    async (url) => {
      const answer = await createApp().inject({ method: 'POST', url })
      expect([answer.statusCode, answer.json().code]).toEqual([400, 'BAD_REQUEST'])
    },
  )
})

describe('an address with slashes at its end', () => {
  it.each([
    ['GET', '/thing/', '/thing'],
    ['GET', '/thing//?a=b?c', '/thing?a=b?c'],
    ['POST', '/thing/', '/thing'],
    ['POST', '/thing/%31/', '/thing/%31'],
    ['DELETE', '/thing/1/', '/thing/1'],
  ] as const)('leads to the one without: %s %s', async (method, url, location) => {
    const payload = method === 'POST' ? { a: 'x'.repeat(2_000) } : undefined
    const answer = await createApp().inject({ method, url, ...(payload ? { payload } : {}) })
    expect([answer.statusCode, answer.headers.location, answer.body]).toEqual([307, location, ''])
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  })

  it('leads a client there with its body', async () => {
    await using server = await listening()
    const headers = { 'content-type': 'application/json' }
    const url = `http://127.0.0.1:${server.port}/thing/1/`
    const answer = await fetch(url, { method: 'POST', headers, body: '{"a":"b"}' })
    expect([answer.status, await answer.json()]).toEqual([200, { a: 'b' }])
  })

  it('is kept where a route has them', async () => {
    const app = createApp()
    app.get('/files/*', async () => ({}))
    expect((await app.inject('/files/a/')).statusCode).toBe(200)
  })
})

describe('over a socket', () => {
  it('more than 100 headers are refused, not dropped', async () => {
    await using server = await listening()
    const headers = (count: number) => Array.from({ length: count }, (_, index) => `x-${index}: 1\r\n`).join('')
    const request = (count: number) =>
      `GET /thing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers(count - 2)}\r\n`
    expect(await rawRequest(server.port, request(100))).toMatch(/^HTTP\/1\.1 200 /)
    expect(await rawRequest(server.port, request(101))).toMatch(/^HTTP\/1\.1 431 .*TOO_MANY_HEADERS/s)
  })

  it.each([
    ['what is not HTTP', 'hello\r\n\r\n', 400],
    ['a broken length', 'POST /thing/1 HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n', 400],
    ['two lengths', 'POST /thing/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na', 400],
    [
      'length and chunks',
      'POST /thing/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['no Host', 'GET /thing HTTP/1.1\r\n\r\n', 400],
    ['an expectation', 'POST /thing/1 HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\nContent-Length: 2\r\n\r\n', 417],
    ['large headers', `GET / HTTP/1.1\r\nHost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s is answered by a problem', async (_name, bytes, status) => {
    await using server = await listening()
    const answer = await rawRequest(server.port, bytes)
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer).toContain('application/problem+json')
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ status, code: expect.any(String) })
  })

  const impatient = { headers: 60, request: 120, check: 20, keepAlive: 75_000 }

  it.each([
    ['headers that never end', 'GET /thing HTTP/1.1\r\nHost: a\r\n'],
    [
      'a body that never ends',
      'POST /thing/1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
    ],
  ])('%s are answered 408 and closed', async (_name, bytes) => {
    await using server = await listening({ limits: impatient })
    expect(await rawRequest(server.port, bytes)).toMatch(/^HTTP\/1\.1 408 .*REQUEST_TIMEOUT/s)
  })

  it('a trickle does not hold a connection open', async () => {
    await using server = await listening({ limits: impatient })
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.resume()
    socket.write(
      'POST /thing/1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n',
    )
    const trickle = setInterval(() => socket.write(' '), 10)
    await once(socket, 'close')
    clearInterval(trickle)
  })

  it('has the time-outs that are promised', () => {
    const { server } = createApp()
    expect(server).toMatchObject({
      keepAliveTimeout: 75_000,
      headersTimeout: 15_000,
      requestTimeout: 30_000,
      timeout: 0,
    })
  })
})
