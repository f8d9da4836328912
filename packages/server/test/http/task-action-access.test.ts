import type { Scope, TaskView } from '@opscore/contract'
import type { Engine } from '@opscore/engine'
import { DomainError } from '@opscore/engine'
import { expect, test } from 'vitest'
import { hashKey, type KeyRing } from '../../src/http/access/key-ring.ts'
import type { Principal } from '../../src/http/access/principal.ts'
import { callApi, startApi } from './api-under-test.ts'
import { fewReports } from './few-reports.ts'

const TIME = '2026-01-02T03:04:05.000Z'

/** Two tasks: `of-mine` was tried by `mine`, then by `other`; `waiting` has no agent yet. */
function taskView(taskId: string): TaskView {
  const agents = taskId === 'of-mine' ? ['mine', 'other'] : taskId === 'waiting' ? [null] : undefined
  if (!agents) throw new DomainError('TASK_NOT_FOUND', `Task not found: ${taskId}`)
  return {
    taskId,
    taskDefinitionId: 'a',
    sessionId: 's',
    workflowId: 'w',
    agentId: null,
    name: 'a',
    status: 'running',
    payload: {},
    result: null,
    error: null,
    attempts: agents.map((agentId, index) => ({
      attempt: index + 1,
      attemptId: `${taskId}.${index + 1}`,
      agentId,
      status: 'running',
      receipt: null,
      scheduledAt: TIME,
      dispatchedAt: null,
      startedAt: null,
      endedAt: null,
      error: null,
    })),
    lateResults: [],
    progress: null,
    createdAt: TIME,
    updatedAt: TIME,
  }
}

const engine: Partial<Engine> = {
  task: async (taskId) => taskView(taskId),
  concludeTask: async (taskId) => void taskView(taskId),
  heartbeatTask: async (taskId) => void taskView(taskId),
  adoptResult: async (taskId) => void taskView(taskId),
  controlSession: async () => {},
  heartbeatAgent: async () => {},
  explainSession: async (sessionId) => ({ sessionId, status: 'completed', causes: [] }),
  explainTask: async () => ({ sessionId: 's', status: 'completed', causes: [] }),
}

function ringOf(keys: Record<string, { scopes: Scope[]; agentIds?: string[] }>): KeyRing {
  const holders = new Map<string, Principal>()
  for (const [id, { scopes, agentIds }] of Object.entries(keys)) {
    const holder = {
      id,
      name: id,
      scopes: new Set(scopes),
      agentIds: agentIds ? new Set(agentIds) : null,
      expiresAt: null,
    }
    holders.set(hashKey(id).toString('hex'), holder)
  }
  return { revision: 0, find: (hash) => holders.get(hash.toString('hex')) }
}

const task = (action: string, taskId = 'of-mine') => `/v1/opscore/task/${taskId}/${action}`
const NAMED = { attemptId: 'of-mine.1' }

test('each action takes its scope: an agent speaks for attempts, an operator for tasks and sessions', async () => {
  const scopes: Scope[] = ['read', 'agents', 'trigger', 'operate', 'metrics']
  await using api = await startApi({
    engine,
    keys: ringOf(Object.fromEntries(scopes.map((one) => [one, { scopes: [one] }]))),
  })
  const requests: [Scope, string, string, object?][] = [
    ['agents', 'POST', task('complete'), NAMED],
    ['agents', 'POST', task('fail'), NAMED],
    ['agents', 'POST', task('heartbeat'), NAMED],
    ['operate', 'POST', task('adopt'), NAMED],
    ['operate', 'POST', task('complete'), {}],
    ['operate', 'POST', task('fail'), {}],
    ['operate', 'POST', task('heartbeat'), {}],
    ['operate', 'POST', task('adopt'), {}],
    ['operate', 'POST', '/v1/opscore/session/s/cancel'],
    ['operate', 'POST', '/v1/opscore/session/s/pause'],
    ['operate', 'POST', '/v1/opscore/session/s/resume'],
    ['operate', 'POST', '/v1/opscore/session/s/retry'],
    ['agents', 'POST', '/v1/opscore/agent/a/heartbeat'],
    ['read', 'GET', '/v1/opscore/session/s/explain'],
    ['read', 'GET', '/v1/opscore/task/of-mine/explain'],
  ]
  for (const [needed, method, path, json] of requests) {
    for (const key of scopes) {
      const answer = await callApi(api.url, key, method, path, { json })
      const expected = key !== needed ? 403 : method === 'GET' ? 200 : 202
      expect([method, path, json, key, answer.status]).toEqual([method, path, json, key, expected])
      if (expected === 403) expect(answer.json.code).toBe('FORBIDDEN')
    }
    const anonymous = await callApi(api.url, 'nobody', method, path, { json, headers: { authorization: undefined } })
    expect([path, anonymous.status, anonymous.headers.get('www-authenticate')]).toEqual([path, 401, 'Bearer'])
  }
})

test('a key bound to agents speaks for their attempts alone', async () => {
  await using api = await startApi({
    engine,
    keys: ringOf({ bound: { scopes: ['agents', 'operate'], agentIds: ['mine'] } }),
  })
  const said = async (path: string, json: object) => (await callApi(api.url, 'bound', 'POST', path, { json })).status
  expect(await said(task('heartbeat'), { attemptId: 'of-mine.1' })).toBe(202)
  expect(await said(task('heartbeat'), { attemptId: 'of-mine.2' })).toBe(403)
  expect(await said(task('heartbeat'), { attemptId: 'of-mine.3' })).toBe(403)
  expect(await said(task('complete'), {})).toBe(403)
  expect(await said(task('complete', 'waiting'), {})).toBe(403)
  expect(await said(task('complete', 'nowhere'), {})).toBe(403)
  expect(await said('/v1/opscore/agent/mine/heartbeat', {})).toBe(202)
  expect(await said('/v1/opscore/agent/other/heartbeat', {})).toBe(403)
})

test('an agent that calls too often is limited by itself, whoever shares its key', async () => {
  await using api = await startApi({ engine, limits: fewReports(3) })
  const beat = async (json: object, taskId?: string) =>
    (await api.call('POST', task('heartbeat', taskId), { json })).status
  const many = await Promise.all(Array.from({ length: 5 }, () => beat({ attemptId: 'of-mine.1' })))
  expect(many.sort()).toEqual([202, 202, 202, 429, 429])
  const own = await Promise.all(Array.from({ length: 5 }, () => api.call('POST', '/v1/opscore/agent/mine/heartbeat')))
  expect(own.map((answer) => answer.json.code).filter((code) => code === 'RATE_LIMITED')).toHaveLength(2)
  expect(await beat({ attemptId: 'of-mine.2' })).toBe(202)
  expect(await beat({}, 'waiting')).toBe(202)
})

test('a result of 256 KiB fits with its envelope, one beyond 320 KiB does not', async () => {
  await using api = await startApi({ engine })
  const complete = async (size: number) =>
    (await api.call('POST', task('complete'), { json: { result: 'x'.repeat(size) } })).status
  expect(await complete(256 * 1024)).toBe(202)
  expect(await complete(320 * 1024)).toBe(413)
})

test('the schema of workflow definitions is open to all', async () => {
  await using api = await startApi()
  const answer = await api.call('GET', '/schema/workflow.json', { headers: { authorization: undefined } })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/schema+json; charset=utf-8'])
  expect(answer.json).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' })
  expect(Object.keys(answer.json.properties)).toContain('tasks')
})
