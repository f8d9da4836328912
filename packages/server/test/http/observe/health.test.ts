import { expect, test } from 'vitest'
import { KEY, startApi } from '../api-under-test.ts'
import { readEvents } from '../event-reader.ts'

test('health says that the process lives, whatever the engine says', async () => {
  await using api = await startApi({ engine: { ready: () => false } })
  const answer = await api.call('GET', '/health', { headers: { authorization: undefined } })
  expect([answer.status, answer.json]).toEqual([200, { status: 'ok' }])
})

test('readiness follows the engine', async () => {
  let ready = false
  await using api = await startApi({ engine: { ready: () => ready } })
  const early = await api.call('GET', '/ready')
  expect([early.status, early.json.code, early.headers.get('retry-after')]).toEqual([503, 'STORE_UNAVAILABLE', '1'])
  ready = true
  const answer = await api.call('GET', '/ready')
  expect([answer.status, answer.json]).toEqual([200, { status: 'ready' }])
})

test('a draining server is not ready, takes no new streams, and answers what still comes', async () => {
  const api = await startApi({ engine: { ready: () => true, agents: async () => ({ items: [], nextCursor: null }) } })
  const drained = api.listening.drain({ delay: 1_000 })
  const ready = await api.call('GET', '/ready')
  expect([ready.status, ready.json.code, ready.headers.get('connection')]).toEqual([503, 'SHUTTING_DOWN', 'close'])
  await using stream = await readEvents(api.url, { key: KEY })
  expect(stream.status).toBe(503)
  expect((await api.call('GET', '/v1/opscore/agent')).status).toBe(200)
  expect((await api.call('GET', '/health')).status).toBe(200)
  await drained
})

test.each(['/health', '/ready', '/openapi.json', '/v1/opscore/agent', '/metrics'])(
  'HEAD %s answers as GET does, without a body',
  async (path) => {
    await using api = await startApi({ engine: { agents: async () => ({ items: [], nextCursor: null }) } })
    const get = await api.call('GET', path)
    const head = await api.call('HEAD', path)
    expect([head.status, head.text, head.headers.get('content-type')]).toEqual([
      200,
      '',
      get.headers.get('content-type'),
    ])
  },
)

test('metrics count requests by route and status, and say how the engine and the event loop are', async () => {
  await using api = await startApi({
    engine: {
      reportState: async () => {},
      gauges: async () => ({ agents: 3, openSessions: 2, events: 17 }),
    },
  })
  const report = (agentId: string) => ({ json: { agentId, timestamp: '2026-01-02T03:04:05Z', state: 'idle' } })
  for (const agentId of ['a', 'b', 'c']) await api.call('POST', `/v1/opscore/agent/${agentId}/state`, report(agentId))
  await api.call('POST', '/v1/opscore/agent/a/state', report('b'))
  await api.call('POST', '/v1/opscore/agent/a/state', { ...report('a'), headers: { authorization: undefined } })
  const { text, headers } = await api.call('GET', '/metrics')
  expect(headers.get('content-type')).toContain('text/plain')
  const counted = (status: number) =>
    `opscore_http_request_duration_seconds_count{method="POST",route="/v1/opscore/agent/:agentId/state",status="${status}"}`
  expect(text).toContain(`${counted(202)} 3\n`)
  expect(text).toContain(`${counted(400)} 1\n`)
  expect(text).toContain(`${counted(401)} 1\n`)
  expect(text).toMatch(/status="202",le="\+Inf"} 3$/m)
  expect(text).toMatch(/^opscore_agents 3$/m)
  expect(text).toMatch(/^opscore_open_sessions 2$/m)
  expect(text).toMatch(/^opscore_events 17$/m)
  expect(text).toMatch(/^opscore_event_loop_delay_seconds\{quantile="0.99"\} /m)
  for (const line of text.trim().split('\n')) {
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? [-+\d.e]+(Inf)?|)$/)
  }
})
