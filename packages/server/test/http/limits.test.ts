import { describe, expect, test } from 'vitest'
import type { EventLoop } from '../../src/http/limits/event-loop.ts'
import { createRateLimit } from '../../src/http/limits/rate-limit.ts'
import { type Answer, startApi } from './api-under-test.ts'

const page = async () => ({ items: [], nextCursor: null })
const report = (agentId: string) => ({ json: { agentId, timestamp: '2026-01-02T03:04:05Z', state: 'idle' } })

describe('a rate limit', () => {
  test('takes a burst at once, then its rate', () => {
    const limit = createRateLimit({ rate: 10, burst: 3 })
    expect([0, 0, 0].map((now) => limit.take('key', now))).toEqual([0, 0, 0])
    expect(limit.take('key', 0)).toBeCloseTo(0.1)
    expect(limit.take('key', 100)).toBe(0)
    expect(limit.take('key', 100)).toBeCloseTo(0.1)
  })

  test('takes nothing for what it refuses', () => {
    const limit = createRateLimit({ rate: 1, burst: 1 })
    limit.take('key', 0)
    for (let now = 0; now < 1000; now += 10) expect(limit.take('key', now)).toBeGreaterThan(0)
    expect(limit.take('key', 1000)).toBe(0)
  })

  test('lets no more through than burst and rate, however the requests fall', () => {
    const limit = createRateLimit({ rate: 20, burst: 100 })
    let taken = 0
    for (let now = 0; now <= 60_000; now += 7) if (limit.take('key', now) === 0) taken += 1
    expect(taken).toBeLessThanOrEqual(100 + 20 * 60)
    expect(taken).toBeGreaterThanOrEqual(100 + 20 * 60 - 1)
  })

  test('keeps keys apart', () => {
    const limit = createRateLimit({ rate: 1, burst: 1 })
    expect([limit.take('a', 0), limit.take('b', 0)]).toEqual([0, 0])
    expect(limit.take('a', 1)).toBeGreaterThan(0)
  })
})

test('an agent that reports more than 100 at once waits, and no other agent with it', async () => {
  await using api = await startApi({ engine: { reportState: async () => {} } })
  const burst = () =>
    Promise.all(Array.from({ length: 140 }, () => api.call('POST', '/v1/opscore/agent/a/state', report('a'))))
  let refused: Answer[] = []
  // A slow machine may take the first hundreds as slowly as they are allowed.
  while (refused.length === 0) refused = (await burst()).filter(({ status }) => status === 429)
  expect(refused[0]?.headers.get('retry-after')).toBe('1')
  expect((await api.call('POST', '/v1/opscore/agent/b/state', report('b'))).status).toBe(202)
  expect((await api.call('GET', '/v1/opscore/agent/a/state')).status).not.toBe(429)
})

test('lists are limited by key, triggers ten times as high, lookups not at all', async () => {
  const trigger = async () => ({ sessionId: 's', workflowId: 'w', message: 'm' })
  const agentState = async () => ({ agentId: 'a', state: 'idle', details: null, timestamp: '2026-01-02T03:04:05Z' })
  await using api = await startApi({ settings: { rateLimit: 1 }, engine: { agents: page, trigger, agentState } })
  const started = performance.now()
  const count = async (total: number, call: () => Promise<{ status: number }>) => {
    const answers = await Promise.all(Array.from({ length: total }, call))
    return answers.filter(({ status }) => status === 429).length
  }
  const lists = await count(60, () => api.call('GET', '/v1/opscore/agent'))
  const triggers = await count(60, () =>
    api.call('POST', '/v1/opscore/agent/a/workflow', { json: { workflowDefinitionId: 'w' } }),
  )
  const lookups = await count(60, () => api.call('GET', '/v1/opscore/agent/a/state'))
  const refilled = Math.ceil((performance.now() - started) / 1000)
  expect(lists).toBeLessThanOrEqual(55)
  expect(lists).toBeGreaterThanOrEqual(55 - refilled)
  expect(triggers).toBeLessThanOrEqual(10)
  expect(lookups).toBe(0)
})

test('OPSCORE_RATE_LIMIT=off lifts every limit', async () => {
  await using api = await startApi({ settings: { rateLimit: null }, engine: { reportState: async () => {} } })
  const reports = Array.from({ length: 300 }, () => api.call('POST', '/v1/opscore/agent/a/state', report('a')))
  expect(new Set((await Promise.all(reports)).map(({ status }) => status))).toEqual(new Set([202]))
  for (let count = 0; count < 30; count += 1) {
    const answer = await api.call('GET', '/v1/opscore/agent', { headers: { authorization: 'Bearer wrong' } })
    expect(answer.status).toBe(401)
  }
})

test('an overloaded server sheds triggers, lists and changes, and goes on with reports and lookups', async () => {
  const eventLoop: EventLoop = { overloaded: true, delay: { p50: 0.2, p99: 0.4, max: 0.5 }, close() {} }
  const agentState = async () => ({ agentId: 'a', state: 'idle', details: null, timestamp: '2026-01-02T03:04:05Z' })
  await using api = await startApi({
    eventLoop,
    engine: {
      agents: page,
      agentState,
      reportState: async () => {},
      registerAgent: async () => ({ agentId: 'a', created: true }),
    },
  })
  const agent = { agentId: 'a', agentName: 'n', version: '1', contactEndpoint: 'http://127.0.0.1:9' }
  const statuses = await Promise.all([
    api.call('POST', '/v1/opscore/agent/a/workflow', { json: { workflowDefinitionId: 'w' } }),
    api.call('GET', '/v1/opscore/agent'),
    api.call('DELETE', '/v1/opscore/agent/a'),
    api.call('POST', '/v1/opscore/agent/a/state', report('a')),
    api.call('GET', '/v1/opscore/agent/a/state'),
    api.call('POST', '/v1/opscore/internal/agent/notify', { json: { event_type: 'REGISTER', agent_details: agent } }),
    api.call('GET', '/health'),
  ])
  expect(statuses.map(({ status }) => status)).toEqual([503, 503, 503, 202, 200, 200, 200])
  expect([statuses[0]?.json.code, statuses[0]?.headers.get('retry-after')]).toEqual(['OVERLOADED', '2'])
})
