import type { TaskView } from '@opscore/contract'
import { describe, expect, test } from 'vitest'
import type { EventLoop } from '../../src/http/limits/event-loop.ts'
import { createRateLimit } from '../../src/http/limits/rate-limit.ts'
import { createRateLimits } from '../../src/http/limits/rate-limits.ts'
import { type Answer, startApi } from './api-under-test.ts'
import { fewReports } from './few-reports.ts'

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

test('an agent has 2,000 reports at once and 500 a second by default, and each attempt as many', () => {
  for (const limit of [createRateLimits(200).agent, createRateLimits(200).attempt]) {
    const taken = (count: number, now: number) =>
      Array.from({ length: count }, () => limit.take('key', now)).filter((wait) => wait === 0).length
    expect([taken(2_500, 0), taken(2_500, 1_000), taken(2_500, 3_000)]).toEqual([2_000, 500, 1_000])
  }
})

const AT = (agentId: string) => `/v1/opscore/agent/${agentId}/state`

// The other address goes past the shortcut.
test.each([AT('a'), AT('%61')])(
  'an agent that reports too often at %s waits, and no other agent with it',
  async (path) => {
    await using api = await startApi({ engine: { reportState: async () => {} }, limits: fewReports(3) })
    const send = (to: string, agentId: string) => api.call('POST', to, report(agentId))
    const answers: Answer[] = []
    for (let count = 0; count < 5; count += 1) answers.push(await send(path, 'a'))
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 429, 429])
    expect(answers[4]?.json).toMatchObject({ code: 'RATE_LIMITED', detail: 'This agent calls too often' })
    expect(Number(answers[4]?.headers.get('retry-after'))).toBeGreaterThan(1)
    expect((await send(AT('b'), 'b')).status).toBe(202)
    expect((await api.call('GET', AT('a'))).status).not.toBe(429)
  },
)

describe.each([
  ['at once', (is: boolean) => is],
  ['when the store has said so', async (is: boolean) => is],
])('a report that names an attempt, which is known to be under way %s,', (_when, answer) => {
  const engine = {
    reportState: async () => {},
    worksOn: (_agentId: string, id: string) => answer(id.startsWith('open')),
  }
  const naming = (id: string) => ({ json: { ...report('a').json, details: { opscore_task_id: id } } })

  test.each([AT('a'), AT('%61')])(
    'is limited by that attempt at %s, and not by what else its agent says',
    async (path) => {
      await using api = await startApi({ engine, limits: fewReports(2) })
      const statuses: number[] = []
      for (const id of [
        'over',
        'over',
        'over',
        'made-up',
        'open-1',
        'open-2',
        'open-1',
        'open-1',
        'open-2',
        'open-2',
      ]) {
        statuses.push((await api.call('POST', path, naming(id))).status)
      }
      expect(statuses).toEqual([202, 202, 429, 429, 202, 202, 202, 429, 202, 429])
    },
  )
})

test('an outcome that is said directly is limited by its attempt while that is under way, else by its agent', async () => {
  const attempt = (name: string, endedAt: string | null) => ({ attemptId: name, agentId: 'a', endedAt })
  const task = { attempts: [attempt('old', '2026-01-02T03:04:05Z'), attempt('open', null)] }
  const engine = { task: async () => task as unknown as TaskView, heartbeatTask: async () => {} }
  await using api = await startApi({ engine, limits: fewReports(2) })
  const statuses: number[] = []
  for (const attemptId of ['old', 'old', 'old', 'open', 'open', 'open']) {
    statuses.push((await api.call('POST', '/v1/opscore/task/t/heartbeat', { json: { attemptId } })).status)
  }
  expect(statuses).toEqual([202, 202, 429, 202, 202, 429])
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
