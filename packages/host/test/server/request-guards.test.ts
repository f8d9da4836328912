import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { createHttpApp, listenAndDrain } from '../../src/index.ts'
import { silentLog } from '../silent-log.ts'
import { rawRequest } from './raw-request.ts'

function createApp() {
  const app = createHttpApp({ log: silentLog, bodyLimit: 1024 })
  app.post('/thing/:id', async (request) => request.body)
  app.get('/thing', async () => ({ ok: true }))
  return app
}

async function listening() {
  const { port, drain } = await listenAndDrain({ app: createApp(), host: '127.0.0.1', port: 0 })
  return { port, [Symbol.asyncDispose]: () => drain({ limit: 0 }) }
}

it.each([
  ['HTTP/1.0 without a Host', 'GET /thing HTTP/1.0\r\n\r\n'],
  [
    'the expectation 100-continue',
    'POST /thing/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 14\r\n\r\n{"name":"Ada"}',
  ],
])('%s is served', async (_name, bytes) => {
  await using server = await listening()
  expect(await rawRequest(server.port, bytes)).toMatch(/^(?:HTTP\/1\.1 100 Continue\r\n\r\n)?HTTP\/1\.1 200 /)
})

it.each(['gzip', 'GZIP', 'br', 'identity, gzip'])(
  'a body that is compressed with %s is 415, with the way out',
  async (encoding) => {
    await using server = await listening()
    const answer = await fetch(`http://127.0.0.1:${server.port}/thing/1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': encoding },
      body: gzipSync('{"name":"Ada"}'),
    })
    expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([415, 'identity'])
    expect(await answer.json()).toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      detail: `A body with Content-Encoding: ${encoding} is not read; send it as it is, without that header`,
    })
  },
)

it('a body whose encoding is called identity is taken as it is', async () => {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'identity' }
  const answer = await createApp().inject({ method: 'POST', url: '/thing/1', headers, payload: '{"name":"Ada"}' })
  expect(answer.statusCode).toBe(200)
})
