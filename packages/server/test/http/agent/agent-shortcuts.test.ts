/** Usual requests go past Fastify, unusual ones through it: nobody must be able to tell which way one went. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { type Answer, KEY, startApi } from '../api-under-test.ts'
import { startedOpsCore } from '../started-ops-core.ts'

const USUAL = '/v1/opscore/agent/an-agent/state'
/** The same address, spelled as no client spells it. */
const UNUSUAL = '/v1/opscore/agent/an%2Dagent/state'

const report = (state: string) => ({
  agentId: 'an-agent',
  timestamp: '2026-01-02T03:04:05Z',
  state,
  details: { note: 'grüße' },
})

function shown({ status, headers, json }: Answer) {
  // A problem names the address it is about, and that is spelled in two ways.
  const lasting = [...headers].filter(([name]) => name !== 'date' && (name !== 'content-length' || status < 400))
  const alike = ([name, value]: [string, string]) =>
    name === 'x-request-id' ? [name, value.length > 0] : [name, value]
  const { requestId, instance, ...body } = json
  return { status, headers: lasting.map(alike), body }
}

test('a report and a read are answered alike on both ways, headers and all', async () => {
  await using opsCore = await startedOpsCore({ storage: 'memory' })
  await opsCore.register('an-agent')
  const posted = await Promise.all([USUAL, UNUSUAL].map((path) => opsCore.call('POST', path, { json: report('idle') })))
  expect(posted[0]?.status).toBe(202)
  expect(shown(posted[0] as Answer)).toEqual(shown(posted[1] as Answer))
  const read = await Promise.all([USUAL, UNUSUAL].map((path) => opsCore.call('GET', path)))
  expect(read[0]?.json).toMatchObject({ state: 'idle', details: { note: 'grüße' } })
  expect(shown(read[0] as Answer)).toEqual(shown(read[1] as Answer))
})

test('a workflow is started alike on both ways, and refused alike', async () => {
  await using opsCore = await startedOpsCore({ storage: 'memory' })
  await opsCore.register('an-agent')
  const paths = ['/v1/opscore/agent/an-agent/workflow', '/v1/opscore/agent/an%2Dagent/workflow']
  const bodies = [
    { workflowDefinition: { id: 'w', tasks: [{ taskId: 't', name: 'T' }] }, initialPayload: { a: 'ü' }, context: {} },
    { workflowDefinition: { id: 'empty', tasks: [] } },
    { workflowDefinitionId: 'w' },
    { workflowDefinitionId: 'unknown' },
    { workflowDefinitionId: 'w', workflowDefinition: {} },
    { workflowDefinition: { id: 'w', tasks: [{ taskId: 't', name: 'T', nextTaskId: 't' }] } },
    {},
  ]
  const statuses: number[] = []
  for (const json of bodies) {
    const [usual, unusual] = await Promise.all(paths.map((path) => opsCore.call('POST', path, { json })))
    const started = [usual, unusual].map((answer) => {
      const { sessionId = '', ...rest } = shown(answer as Answer).body
      return { ...shown(answer as Answer), body: { ...rest, sessionId: sessionId.length } }
    })
    expect(started[0]).toEqual(started[1])
    statuses.push(usual?.status ?? 0)
  }
  expect(statuses).toEqual([202, 202, 202, 404, 422, 422, 400])
})

test('an Idempotency-Key holds on the usual address', async () => {
  await using opsCore = await startedOpsCore({ storage: 'memory' })
  await opsCore.register('an-agent')
  const start = () =>
    opsCore.call('POST', '/v1/opscore/agent/an-agent/workflow', {
      json: { workflowDefinition: { id: 'w', tasks: [] } },
      headers: { 'idempotency-key': 'once' },
    })
  const [first, second] = [await start(), await start()]
  expect(second.json).toEqual(first.json)
})

test.each([
  ['a body of another agent', { json: { ...report('idle'), agentId: 'other' } }],
  ['a state that is too long', { json: report('x'.repeat(65)) }],
  ['no JSON', { body: '{"agentId":', headers: { 'content-type': 'application/json' } }],
  ['a forbidden key', { body: '{"__proto__":1}', headers: { 'content-type': 'application/json' } }],
  ['a wrong key', { json: report('idle'), headers: { authorization: 'Bearer wrong' } }],
])('%s is refused alike on both ways', async (_name, call) => {
  await using opsCore = await startedOpsCore({ storage: 'memory' })
  await opsCore.register('an-agent')
  const [usual, unusual] = await Promise.all([USUAL, UNUSUAL].map((path) => opsCore.call('POST', path, call)))
  expect(usual?.status).toBeGreaterThanOrEqual(400)
  expect(shown(usual as Answer)).toEqual(shown(unusual as Answer))
})

test('what the engine refuses is refused with its error, and was asked of it once', async () => {
  let asked = 0
  await using api = await startApi({
    engine: {
      reportState: async () => {
        asked += 1
        throw new Error('broken')
      },
    },
  })
  const answer = await api.call('POST', USUAL, { json: report('idle') })
  expect(answer.status).toBe(500)
  expect(answer.json).toMatchObject({ code: 'INTERNAL' })
  expect(asked).toBe(1)
})

test('both ways are counted as one route', async () => {
  await using opsCore = await startedOpsCore({ storage: 'memory' })
  await opsCore.register('an-agent')
  for (const path of [USUAL, UNUSUAL]) await opsCore.call('POST', path, { json: report('idle') })
  const { text } = await opsCore.call('GET', '/metrics')
  const counts = text
    .split('\n')
    .filter((line) => line.includes('_count{') && line.includes('route="/v1/opscore/agent/:agentId/state"'))
  expect(counts).toEqual([expect.stringMatching(/method="POST".*status="202"} 2$/)])
})

test('requests that come together on one connection are answered in their order', async () => {
  await using opsCore = await startedOpsCore({ storage: 'memory' })
  await opsCore.register('an-agent')
  const socket = connect(Number(new URL(opsCore.url).port), '127.0.0.1')
  const request = (method: string, path: string, more = '') =>
    `${method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${KEY}\r\n${more}\r\n`
  const body = JSON.stringify(report('idle'))
  const length = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`
  socket.write(
    `${request('POST', USUAL, length)}${body}${request('GET', USUAL)}${request('GET', '/health')}${request('GET', UNUSUAL, 'Connection: close\r\n')}`,
  )
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  await once(socket, 'close')
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['202', '200', '200', '200'])
  expect([...text.matchAll(/"(message|timestamp|status)":/g)].map(([, word]) => word)).toEqual([
    'status',
    'message',
    'timestamp',
    'status',
    'timestamp',
  ])
})

test('a client that goes away in the middle of its body costs nobody anything', async () => {
  await using opsCore = await startedOpsCore({ storage: 'memory' })
  await opsCore.register('an-agent')
  const socket = connect(Number(new URL(opsCore.url).port), '127.0.0.1')
  socket.write(
    `POST ${USUAL} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${KEY}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"agent`,
  )
  await once(socket, 'ready')
  socket.resetAndDestroy()
  const answer = await opsCore.call('POST', USUAL, { json: report('busy') })
  expect(answer.status).toBe(202)
})
