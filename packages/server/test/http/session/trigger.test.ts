import { DomainError, StoreFullError, StoreUnavailableError, type Trigger } from '@opscore/engine'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKeyRing } from '../../../src/http/access/key-ring.ts'
import { startApi } from '../api-under-test.ts'
import { type StartedOpsCore, startedOpsCore } from '../started-ops-core.ts'

const TRIGGER = '/v1/opscore/agent/a/workflow'
const started = { sessionId: 's', workflowId: 'w', message: 'Workflow triggered successfully' }

describe.each(['memory', 'sqlite'] as const)('the trigger, over the %s store', (storage) => {
  let opscore: StartedOpsCore
  beforeAll(async () => {
    opscore = await startedOpsCore({ storage, rateLimit: null })
    await opscore.register('a')
  })
  afterAll(async () => {
    await opscore[Symbol.asyncDispose]()
  })

  test('starts an inline definition, whose other half is null', async () => {
    const workflowDefinition = { id: 'inline', tasks: [{ taskId: 'one', agentCapability: 'test' }] }
    const answer = await opscore.call('POST', TRIGGER, {
      json: { workflowDefinition, workflowDefinitionId: null, initialPayload: null, agentId: 'ignored', context: {} },
    })
    expect([answer.status, answer.json]).toEqual([
      202,
      { sessionId: expect.any(String), workflowId: 'inline', message: 'Workflow triggered successfully' },
    ])
    const { json } = await opscore.call('GET', `/v1/opscore/session/${answer.json.sessionId}`)
    expect(json).toMatchObject({ workflowId: 'inline', agentId: 'a', tasks: [{ taskDefinitionId: 'one' }] })
    const task = await opscore.call('GET', `/v1/opscore/task/${json.tasks[0].taskId}`)
    expect(task.json).toMatchObject({ sessionId: json.sessionId, taskDefinitionId: 'one' })
    const events = await opscore.call('GET', `/v1/opscore/session/${json.sessionId}/event`)
    expect(events.json.items[0]).toMatchObject({ type: 'session.started', sessionId: json.sessionId })
  })

  test('completes a definition without tasks at once', async () => {
    const { status, json } = await opscore.call('POST', TRIGGER, {
      json: { workflowDefinition: { id: 'empty', tasks: [] } },
    })
    expect([status, json.message]).toEqual([202, 'Workflow triggered but has no tasks.'])
    expect((await opscore.call('GET', `/v1/opscore/session/${json.sessionId}`)).json.status).toBe('completed')
  })

  test('starts the sample workflow, which nobody sent', async () => {
    const json = { workflowDefinitionId: 'sample_workflow_id' }
    expect((await opscore.call('POST', TRIGGER, { json })).status).toBe(202)
  })

  test('starts one session for an idempotency key, however many requests come at once', async () => {
    const json = { workflowDefinitionId: 'sample_workflow_id' }
    const requests = Array.from({ length: 20 }, () =>
      opscore.call('POST', TRIGGER, { json, headers: { 'idempotency-key': 'many at once' } }),
    )
    const answers = await Promise.all(requests)
    for (const { status } of answers) expect([202, 409]).toContain(status)
    const sessions = answers.filter(({ status }) => status === 202).map(({ json }) => json.sessionId)
    expect(new Set(sessions).size).toBe(1)
    const after = await opscore.call('POST', TRIGGER, { json, headers: { 'idempotency-key': 'many at once' } })
    expect(after.json.sessionId).toBe(sessions[0])
  })

  test('lists sessions by status, agent, workflow and time, newest first', async () => {
    await opscore.register('lister')
    // Both bounds take their own millisecond in, in which the first session may start as well.
    const before = new Date(Date.now() - 1).toISOString()
    for (const id of ['list-1', 'list-2']) {
      await opscore.call('POST', '/v1/opscore/agent/lister/workflow', {
        json: { workflowDefinition: { id, tasks: [] } },
      })
    }
    const list = async (query: string) => {
      const { json } = await opscore.call('GET', `/v1/opscore/session?agentId=lister${query}`)
      return json.items.map(({ workflowId }: { workflowId: string }) => workflowId)
    }
    expect(await list('')).toEqual(['list-2', 'list-1'])
    expect(await list('&status=completed&status=failed')).toEqual(['list-2', 'list-1'])
    expect(await list('&status=running')).toEqual([])
    expect(await list('&workflowId=list-1')).toEqual(['list-1'])
    expect(await list(`&startedFrom=${encodeURIComponent(before)}`)).toEqual(['list-2', 'list-1'])
    expect(await list(`&startedTo=${encodeURIComponent(before)}`)).toEqual([])
  })
})

test('an idempotency key is bound to its owner, its agent and the bytes of the body, for 24 hours', async () => {
  const triggers: Trigger[] = []
  const trigger = async (asked: Trigger) => {
    triggers.push(asked)
    return started
  }
  const now = 1_700_000_000_000
  const keys = createKeyRing('one')
  const ring = {
    revision: 0,
    find: (hash: Buffer) =>
      keys.find(hash) ?? {
        id: 'other',
        name: 'other',
        scopes: new Set(['admin'] as const),
        agentIds: null,
        expiresAt: null,
      },
  }
  await using api = await startApi({ engine: { trigger }, keys: ring, now: () => now })
  const body = '{"workflowDefinitionId":"w"}'
  const send = (path: string, key: string, text: string, idempotencyKey = 'k') =>
    api.call('POST', path, {
      body: text,
      headers: { authorization: `Bearer ${key}`, 'idempotency-key': idempotencyKey },
    })
  await send(TRIGGER, 'one', body)
  await send(TRIGGER, 'one', body)
  await send(TRIGGER, 'one', ` ${body}`)
  await send(TRIGGER, 'two', body)
  await send('/v1/opscore/agent/b/workflow', 'one', body)
  await send(TRIGGER, 'one', body, '~! printable "all" of it')
  const [first, same, spaced, otherOwner, otherAgent, otherKey] = triggers.map(({ once }) => once)
  expect(first?.expiresAt).toBe(now + 24 * 3_600_000)
  expect(same).toEqual(first)
  expect(spaced?.key).toBe(first?.key)
  expect(spaced?.fingerprint).not.toBe(first?.fingerprint)
  expect(new Set([first, otherOwner, otherAgent, otherKey].map((once) => once?.key)).size).toBe(4)
})

test.each([
  [new DomainError('IDEMPOTENCY_IN_FLIGHT', 'Under way'), 409, 'IDEMPOTENCY_IN_FLIGHT', null],
  [new StoreFullError('full'), 507, 'STORE_FULL', '30'],
  [new StoreUnavailableError('busy', 3), 503, 'STORE_UNAVAILABLE', '3'],
  [new Error('secret inner detail'), 500, 'INTERNAL', null],
] as const)('what the engine throws is said in the words of the API: %s', async (error, status, code, retryAfter) => {
  await using api = await startApi({ engine: { trigger: () => Promise.reject(error) } })
  const answer = await api.call('POST', TRIGGER, { json: { workflowDefinitionId: 'w' } })
  expect([answer.status, answer.json.code, answer.headers.get('retry-after')]).toEqual([status, code, retryAfter])
  expect(answer.text).not.toContain('secret')
})
