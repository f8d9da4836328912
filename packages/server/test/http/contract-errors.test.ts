import { ERROR_CATALOGUE } from '@opscore/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from './api-under-test.ts'
import { type Case, SECRET, stored, TRIGGER, WORKFLOW } from './error-case.ts'
import { authentication, state, webhook } from './error-cases-agents.ts'
import { reading, trigger, workflows } from './error-cases-workflows.ts'
import { type StartedOpsCore, startedOpsCore } from './started-ops-core.ts'

function checkProblem(answer: Answer, expected: Case): void {
  expect({ status: answer.status, code: answer.json?.code }).toEqual({ status: expected.status, code: expected.code })
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  const { type, title, status, detail, instance, code, requestId } = answer.json
  expect({ type, title, status }).toEqual({
    type: `urn:opscore:error:${code}`,
    title: ERROR_CATALOGUE[expected.code].title,
    status: ERROR_CATALOGUE[expected.code].status,
  })
  expect(instance).toBe(expected.path.split('?')[0])
  expect(requestId).toBe(answer.headers.get('x-request-id'))
  expect(detail.length).toBeGreaterThan(0)
  if (expected.detail !== undefined) expect(detail).toBe(expected.detail)
  for (const issue of expected.issues ?? []) expect(detail).toContainEqual(expect.objectContaining(issue))
  if (expected.issues !== undefined) {
    expect(answer.json.errors).toHaveLength(detail.length)
  }
  for (const [name, value] of Object.entries(expected.headers ?? {})) expect(answer.headers.get(name)).toBe(value)
}

describe.each(['memory', 'sqlite'] as const)('over the %s store, the API refuses', (storage) => {
  let opscore: StartedOpsCore

  beforeAll(async () => {
    opscore = await startedOpsCore({ storage, webhookSecrets: [SECRET], rateLimit: null })
    await opscore.register('known')
    await opscore.call('PUT', WORKFLOW, { json: stored })
  })
  afterAll(async () => {
    await opscore[Symbol.asyncDispose]()
  })

  const tables = { authentication, webhook, state, trigger, workflows, reading }
  for (const [area, cases] of Object.entries(tables)) {
    test.each(cases)(`${area}: $name`, async (row) => {
      const { method = 'GET', path, options = {} } = row
      const answer = await opscore.call(method, path, typeof options === 'function' ? options() : options)
      checkProblem(answer, row)
    })
  }

  test('an idempotency key with another body', async () => {
    const headers = { 'idempotency-key': 'once' }
    const first = await opscore.call('POST', TRIGGER, { json: { workflowDefinitionId: 'stored' }, headers })
    expect(first.status).toBe(202)
    const json = { workflowDefinitionId: 'stored', initialPayload: { other: true } }
    checkProblem(await opscore.call('POST', TRIGGER, { json, headers }), {
      name: 'reused',
      path: TRIGGER,
      status: 422,
      code: 'IDEMPOTENCY_KEY_REUSED',
    })
    const again = await opscore.call('POST', TRIGGER, { json: { workflowDefinitionId: 'stored' }, headers })
    expect([again.status, again.text]).toEqual([202, first.text])
  })

  test('a cursor that belongs to another filter or list', async () => {
    for (const agentId of ['page-1', 'page-2', 'page-3']) await opscore.register(agentId)
    const page = await opscore.call('GET', '/v1/opscore/agent?limit=1&state=UNKNOWN')
    const cursor = page.json.nextCursor
    expect(cursor).toEqual(expect.any(String))
    const next = await opscore.call('GET', `/v1/opscore/agent?limit=2&state=UNKNOWN&cursor=${cursor}`)
    expect(next.status).toBe(200)
    for (const path of [
      '/v1/opscore/agent?state=idle',

      '/v1/opscore/session?',
      '/v1/opscore/workflow?',
    ]) {
      const answer = await opscore.call('GET', `${path}&cursor=${cursor}`)
      checkProblem(answer, { name: path, path, status: 400, code: 'INVALID_CURSOR' })
    }
  })
})
