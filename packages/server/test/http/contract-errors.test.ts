import { ERROR_CATALOGUE, type ErrorCode } from '@opscore/contract'
import { signWebhook } from '@opscore/host'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer, CallOptions } from './api-under-test.ts'
import { anAgent, type StartedOpsCore, startedOpsCore } from './started-ops-core.ts'

const SECRET = 'the-webhook-secret'
const NOTIFY = '/v1/opscore/internal/agent/notify'
const STATE = '/v1/opscore/agent/known/state'
const TRIGGER = '/v1/opscore/agent/known/workflow'
const WORKFLOW = '/v1/opscore/workflow/stored'

const report = { agentId: 'known', timestamp: '2025-04-21T22:16:33.697123+00:00', state: 'idle', details: null }
const registration = { event_type: 'REGISTER', agent_details: anAgent('new') }
const stored = { id: 'stored', tasks: [{ taskId: 'only' }] }
const withTasks = (...tasks: object[]) => ({ workflowDefinition: { id: 'inline', tasks } })
const anonymous = { authorization: undefined }

interface Case {
  name: string
  method?: string
  path: string
  options?: CallOptions | (() => CallOptions)
  status: number
  code: ErrorCode
  /** The whole sentence, where clients compare it. */
  detail?: string
  /** Each must be among FastAPI's issues. */
  issues?: { loc: (string | number)[]; type: string }[]
  headers?: Record<string, string>
}

function signed(
  body: string,
  { at = Date.now(), secret = SECRET, ...more }: { at?: number; secret?: string; signature?: string } = {},
): CallOptions {
  const timestamp = String(Math.floor(at / 1000))
  const signature = more.signature ?? signWebhook({ secret, timestamp, body })
  return { body, headers: { ...anonymous, 'x-agentkit-timestamp': timestamp, 'x-agentkit-signature': signature } }
}

const authentication: Case[] = [
  {
    name: 'no key',
    path: STATE,
    options: { headers: anonymous },
    status: 401,
    code: 'UNAUTHENTICATED',
    headers: { 'www-authenticate': 'Bearer' },
  },
  {
    name: 'a wrong key',
    path: STATE,
    options: { headers: { authorization: 'Bearer wrong' } },
    status: 401,
    code: 'UNAUTHENTICATED',
    headers: { 'www-authenticate': 'Bearer' },
  },
  {
    name: 'another scheme',
    path: STATE,
    options: { headers: { authorization: 'Basic a2V5Og==' } },
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  {
    name: 'an empty bearer',
    path: STATE,
    options: { headers: { authorization: 'Bearer ' } },
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  {
    name: 'metrics without a key',
    path: '/metrics',
    options: { headers: anonymous },
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  {
    name: 'a body that is off, without a key',
    method: 'POST',
    path: STATE,
    options: { json: {}, headers: anonymous },
    status: 401,
    code: 'UNAUTHENTICATED',
  },
]

const webhook: Case[] = [
  {
    name: 'a signature with another secret',
    options: () => signed(JSON.stringify(registration), { secret: 'other' }),
    status: 401,
    code: 'INVALID_SIGNATURE',
  },
  {
    name: 'a signature that is no hex',
    options: () => signed(JSON.stringify(registration), { signature: 'zz' }),
    status: 401,
    code: 'INVALID_SIGNATURE',
  },
  {
    name: 'a signature in upper case',
    options: () => signed('{}', { signature: 'A'.repeat(64) }),
    status: 401,
    code: 'INVALID_SIGNATURE',
  },
  {
    name: 'a signature 301 s old',
    options: () => signed(JSON.stringify(registration), { at: Date.now() - 302_000 }),
    status: 401,
    code: 'INVALID_SIGNATURE',
  },
  {
    name: 'a signature 301 s ahead',
    options: () => signed(JSON.stringify(registration), { at: Date.now() + 302_000 }),
    status: 401,
    code: 'INVALID_SIGNATURE',
  },
  {
    name: 'a timestamp without a signature',
    options: { json: registration, headers: { 'x-agentkit-timestamp': '1' } },
    status: 401,
    code: 'INVALID_SIGNATURE',
  },
  {
    name: 'a wrong signature over no JSON',
    options: () => signed('{', { secret: 'other' }),
    status: 401,
    code: 'INVALID_SIGNATURE',
  },
  {
    name: 'a wrong signature beside a good key',
    options: () => ({
      ...signed(JSON.stringify(registration), { secret: 'other' }),
      headers: {
        ...signed(JSON.stringify(registration), { secret: 'other' }).headers,
        authorization: 'Bearer the-key-of-the-test',
      },
    }),
    status: 401,
    code: 'INVALID_SIGNATURE',
  },
  {
    name: 'an unsigned call without a key',
    options: { json: registration, headers: anonymous },
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  {
    name: 'an unsigned call with a wrong key',
    options: { json: registration, headers: { authorization: 'Bearer wrong' } },
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  {
    name: 'an unknown event type',
    options: { json: { event_type: 'EXPLODE' } },
    status: 400,
    code: 'UNKNOWN_EVENT_TYPE',
    detail: 'Unknown event type: EXPLODE',
  },
  { name: 'a signed call that is no JSON', options: () => signed('{"event_type"'), status: 422, code: 'INVALID_JSON' },
  {
    name: 'no event type',
    options: { json: {} },
    status: 422,
    code: 'VALIDATION_FAILED',
    issues: [{ loc: ['body', 'event_type'], type: 'missing' }],
  },
  { name: 'no body', options: {}, status: 422, code: 'VALIDATION_FAILED' },
  {
    name: 'REGISTER without details',
    options: { json: { event_type: 'REGISTER' } },
    status: 422,
    code: 'VALIDATION_FAILED',
    issues: [{ loc: ['body', 'agent_details'], type: 'missing' }],
  },
  {
    name: 'REGISTER without an endpoint',
    options: { json: { event_type: 'REGISTER', agent_details: { ...anAgent('new'), contactEndpoint: undefined } } },
    status: 422,
    code: 'VALIDATION_FAILED',
    issues: [{ loc: ['body', 'agent_details', 'contactEndpoint'], type: 'missing' }],
  },
  {
    name: 'DISPATCH_FAILED without a task',
    options: { json: { event_type: 'DISPATCH_FAILED', reason: 'gone' } },
    status: 422,
    code: 'VALIDATION_FAILED',
    issues: [{ loc: ['body', 'opscore_task_id'], type: 'missing' }],
  },
  {
    name: 'DEREGISTER of an unknown agent',
    options: { json: { event_type: 'deregister', agentId: 'nobody' } },
    status: 404,
    code: 'AGENT_NOT_FOUND',
    detail: 'Agent not found: nobody',
  },
  {
    name: 'another content type',
    options: { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    name: 'more than 64 KiB',
    options: { json: { ...registration, padding: 'x'.repeat(65 * 1024) } },
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
  },
].map((row) => ({ method: 'POST', path: NOTIFY, ...row }) as Case)

const state: Case[] = [
  {
    name: 'ids that differ',
    options: { json: { ...report, agentId: 'other' } },
    status: 400,
    code: 'AGENT_ID_MISMATCH',
    detail: 'Agent ID in path does not match agent ID in payload',
  },
  {
    name: 'an unknown agent',
    path: '/v1/opscore/agent/nobody/state',
    options: { json: { ...report, agentId: 'nobody' } },
    status: 404,
    code: 'AGENT_NOT_FOUND',
    detail: 'Agent not found: nobody',
  },
  {
    name: 'malformed JSON',
    options: { body: '{"agentId": "known",' },
    status: 422,
    code: 'INVALID_JSON',
    issues: [{ loc: ['body', 20], type: 'json_invalid' }],
  },
  { name: 'no body', options: {}, status: 422, code: 'VALIDATION_FAILED' },
  {
    name: 'no state',
    options: { json: { ...report, state: undefined } },
    status: 422,
    code: 'VALIDATION_FAILED',
    issues: [{ loc: ['body', 'state'], type: 'missing' }],
  },
  {
    name: 'an empty state',
    options: { json: { ...report, state: '' } },
    status: 422,
    code: 'VALIDATION_FAILED',
    issues: [{ loc: ['body', 'state'], type: 'string_too_short' }],
  },
  {
    name: 'a state of 65 characters',
    options: { json: { ...report, state: 's'.repeat(65) } },
    status: 422,
    code: 'VALIDATION_FAILED',
    issues: [{ loc: ['body', 'state'], type: 'string_too_long' }],
  },
  {
    name: 'a state that is a number',
    options: { json: { ...report, state: 5 } },
    status: 422,
    code: 'VALIDATION_FAILED',
    issues: [{ loc: ['body', 'state'], type: 'string_type' }],
  },
  {
    name: 'a timestamp that is no date-time',
    options: { json: { ...report, timestamp: 'yesterday' } },
    status: 422,
    code: 'VALIDATION_FAILED',
    issues: [{ loc: ['body', 'timestamp'], type: 'datetime_from_date_parsing' }],
  },
  {
    name: 'no timestamp',
    options: { json: { ...report, timestamp: undefined } },
    status: 422,
    code: 'VALIDATION_FAILED',
    issues: [{ loc: ['body', 'timestamp'], type: 'missing' }],
  },
  {
    name: 'details that are a list',
    options: { json: { ...report, details: [] } },
    status: 422,
    code: 'VALIDATION_FAILED',
  },
  {
    name: 'everything missing, all of it named',
    options: { json: {} },
    status: 422,
    code: 'VALIDATION_FAILED',
    issues: [
      { loc: ['body', 'agentId'], type: 'missing' },
      { loc: ['body', 'timestamp'], type: 'missing' },
      { loc: ['body', 'state'], type: 'missing' },
    ],
  },
  {
    name: 'another content type',
    options: { body: 'state=idle', headers: { 'content-type': 'text/plain' } },
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    name: 'more than 320 KiB',
    options: { json: { ...report, details: { result: 'x'.repeat(321 * 1024) } } },
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
  },
  { name: 'JSON 33 deep', options: { body: `${'['.repeat(33)}${']'.repeat(33)}` }, status: 422, code: 'JSON_TOO_DEEP' },
  { name: 'a key __proto__', options: { body: '{"__proto__": 1}' }, status: 422, code: 'FORBIDDEN_KEY' },
  {
    name: 'the state of an unknown agent',
    method: 'GET',
    path: '/v1/opscore/agent/nobody/state',
    status: 404,
    code: 'AGENT_NOT_FOUND',
    detail: 'Agent not found: nobody',
  },
  {
    name: 'the history of an unknown agent',
    method: 'GET',
    path: '/v1/opscore/agent/nobody/state/history',
    status: 404,
    code: 'AGENT_NOT_FOUND',
  },
].map((row) => ({ method: 'POST', path: STATE, ...row }) as Case)

const trigger: Case[] = [
  {
    name: 'neither id nor definition',
    options: { json: {} },
    status: 422,
    code: 'VALIDATION_FAILED',
    issues: [{ loc: ['body'], type: 'value_error' }],
  },
  {
    name: 'both null',
    options: { json: { workflowDefinitionId: null, workflowDefinition: null } },
    status: 422,
    code: 'VALIDATION_FAILED',
  },
  {
    name: 'both id and definition',
    options: { json: { workflowDefinitionId: 'stored', workflowDefinition: stored } },
    status: 422,
    code: 'VALIDATION_FAILED',
  },
  {
    name: 'a definition that is a list',
    options: { json: { workflowDefinition: [] } },
    status: 422,
    code: 'VALIDATION_FAILED',
  },
  {
    name: 'an unknown workflow',
    options: { json: { workflowDefinitionId: 'nothing' } },
    status: 404,
    code: 'WORKFLOW_NOT_FOUND',
  },
  {
    name: 'an unknown agent',
    path: '/v1/opscore/agent/nobody/workflow',
    options: { json: { workflowDefinition: stored } },
    status: 404,
    code: 'AGENT_NOT_FOUND',
    detail: 'Agent not found: nobody',
  },
  {
    name: 'a cycle',
    options: { json: withTasks({ taskId: 'a', nextTaskId: 'b' }, { taskId: 'b', nextTaskId: 'a' }) },
    status: 422,
    code: 'INVALID_WORKFLOW_DEFINITION',
  },
  {
    name: 'an id twice',
    options: { json: withTasks({ taskId: 'a' }, { taskId: 'a' }) },
    status: 422,
    code: 'INVALID_WORKFLOW_DEFINITION',
    issues: [{ loc: ['body', 'workflowDefinition', 'tasks', 1, 'taskId'], type: 'value_error' }],
  },
  {
    name: 'an edge to nowhere',
    options: { json: withTasks({ taskId: 'a', nextTaskId: 'b' }) },
    status: 422,
    code: 'INVALID_WORKFLOW_DEFINITION',
    issues: [{ loc: ['body', 'workflowDefinition', 'tasks', 0, 'nextTaskId'], type: 'value_error' }],
  },
  {
    name: 'a bad type',
    options: { json: withTasks({ taskId: 'a', priority: 'high' }) },
    status: 422,
    code: 'INVALID_WORKFLOW_DEFINITION',
    issues: [{ loc: ['body', 'workflowDefinition', 'tasks', 0, 'priority'], type: 'value_error' }],
  },
  {
    name: 'a payload that is a list',
    options: { json: { workflowDefinitionId: 'stored', initialPayload: [] } },
    status: 422,
    code: 'VALIDATION_FAILED',
  },
  {
    name: 'a payload of more than 256 KiB',
    options: { json: { workflowDefinitionId: 'stored', initialPayload: { x: 'x'.repeat(257 * 1024) } } },
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
  },
  {
    name: 'a body of more than 1.5 MiB',
    options: { body: `"${'x'.repeat(1.6 * 1024 * 1024)}"` },
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
  },
  {
    name: 'an idempotency key of 256 characters',
    options: { json: { workflowDefinitionId: 'stored' }, headers: { 'idempotency-key': 'k'.repeat(256) } },
    status: 422,
    code: 'VALIDATION_FAILED',
    issues: [{ loc: ['header', 'idempotency-key'], type: 'string_too_long' }],
  },
].map((row) => ({ method: 'POST', path: TRIGGER, ...row }) as Case)

const workflows: Case[] = [
  {
    name: 'an unknown workflow',
    method: 'GET',
    path: '/v1/opscore/workflow/nothing',
    status: 404,
    code: 'WORKFLOW_NOT_FOUND',
  },
  {
    name: 'deleting an unknown workflow',
    method: 'DELETE',
    path: '/v1/opscore/workflow/nothing',
    status: 404,
    code: 'WORKFLOW_NOT_FOUND',
  },
  {
    name: 'an unknown field',
    method: 'PUT',
    path: WORKFLOW,
    options: { json: { ...stored, taskz: [] } },
    status: 422,
    code: 'INVALID_WORKFLOW_DEFINITION',
    issues: [{ loc: ['body', 'taskz'], type: 'value_error' }],
  },
  {
    name: 'a definition that is no object',
    method: 'PUT',
    path: WORKFLOW,
    options: { json: 'a' },
    status: 422,
    code: 'INVALID_WORKFLOW_DEFINITION',
  },
  { name: 'no definition', method: 'PUT', path: WORKFLOW, status: 422, code: 'INVALID_WORKFLOW_DEFINITION' },
  {
    name: 'another id than the path',
    method: 'PUT',
    path: '/v1/opscore/workflow/other',
    options: { json: stored },
    status: 422,
    code: 'INVALID_WORKFLOW_DEFINITION',
    issues: [{ loc: ['body', 'id'], type: 'value_error' }],
  },
  {
    name: 'an id with a slash',
    method: 'PUT',
    path: '/v1/opscore/workflow/a%2Fb',
    options: { json: { ...stored, id: 'a/b' } },
    status: 422,
    code: 'VALIDATION_FAILED',
  },
  {
    name: 'YAML that does not parse',
    method: 'PUT',
    path: WORKFLOW,
    options: { body: 'id: [', headers: { 'content-type': 'application/yaml' } },
    status: 422,
    code: 'INVALID_WORKFLOW_DEFINITION',
  },
  {
    name: 'neither JSON nor YAML',
    method: 'PUT',
    path: WORKFLOW,
    options: { body: '<a/>', headers: { 'content-type': 'text/xml' } },
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    name: 'If-Match of another revision',
    method: 'PUT',
    path: WORKFLOW,
    options: { json: stored, headers: { 'if-match': '"0000"' } },
    status: 412,
    code: 'PRECONDITION_FAILED',
  },
  {
    name: 'If-Match that is weak',
    method: 'PUT',
    path: WORKFLOW,
    options: { json: stored, headers: { 'if-match': 'W/"0000"' } },
    status: 412,
    code: 'PRECONDITION_FAILED',
  },
  {
    name: 'If-Match: * of what is not there',
    method: 'PUT',
    path: '/v1/opscore/workflow/nothing',
    options: { json: { ...stored, id: 'nothing' }, headers: { 'if-match': '*' } },
    status: 412,
    code: 'PRECONDITION_FAILED',
  },
  {
    name: 'If-None-Match: * of what is there',
    method: 'PUT',
    path: WORKFLOW,
    options: { json: stored, headers: { 'if-none-match': '*' } },
    status: 412,
    code: 'PRECONDITION_FAILED',
  },
  {
    name: 'If-Match without quotes',
    method: 'PUT',
    path: WORKFLOW,
    options: { json: stored, headers: { 'if-match': 'abc' } },
    status: 400,
    code: 'BAD_REQUEST',
  },
  {
    name: 'deleting another revision',
    method: 'DELETE',
    path: WORKFLOW,
    options: { headers: { 'if-match': '"0000"' } },
    status: 412,
    code: 'PRECONDITION_FAILED',
  },
]

const reading: Case[] = [
  { name: 'an unknown agent', path: '/v1/opscore/agent/nobody', status: 404, code: 'AGENT_NOT_FOUND' },
  {
    name: 'deregistering an unknown agent',
    method: 'DELETE',
    path: '/v1/opscore/agent/nobody',
    status: 404,
    code: 'AGENT_NOT_FOUND',
  },
  { name: 'an unknown session', path: '/v1/opscore/session/nothing', status: 404, code: 'SESSION_NOT_FOUND' },
  {
    name: 'the events of an unknown session',
    path: '/v1/opscore/session/nothing/event',
    status: 404,
    code: 'SESSION_NOT_FOUND',
  },
  { name: 'an unknown task', path: '/v1/opscore/task/nothing', status: 404, code: 'TASK_NOT_FOUND' },
  {
    name: 'a limit of 0',
    path: '/v1/opscore/agent?limit=0',
    status: 422,
    code: 'VALIDATION_FAILED',
    issues: [{ loc: ['query', 'limit'], type: 'greater_than_equal' }],
  },
  {
    name: 'a limit above 200',
    path: '/v1/opscore/session?limit=201',
    status: 422,
    code: 'VALIDATION_FAILED',
    issues: [{ loc: ['query', 'limit'], type: 'less_than_equal' }],
  },
  {
    name: 'a limit that is no number',
    path: '/v1/opscore/workflow?limit=many',
    status: 422,
    code: 'VALIDATION_FAILED',
    issues: [{ loc: ['query', 'limit'], type: 'int_parsing' }],
  },
  {
    name: 'a cursor that is made up',
    path: '/v1/opscore/agent?cursor=abcdefghijklmnop',
    status: 400,
    code: 'INVALID_CURSOR',
  },
  {
    name: 'a status that there is not',
    path: '/v1/opscore/session?status=sleeping',
    status: 422,
    code: 'VALIDATION_FAILED',
  },
  {
    name: 'a time that is none',
    path: '/v1/opscore/session?startedFrom=monday',
    status: 422,
    code: 'VALIDATION_FAILED',
  },
  {
    name: 'a stream from a cursor that is made up',
    path: '/v1/opscore/event?cursor=nonsense',
    status: 400,
    code: 'INVALID_CURSOR',
  },
  {
    name: 'a stream of events that there are not',
    path: '/v1/opscore/event?type=agent.exploded',
    status: 422,
    code: 'VALIDATION_FAILED',
  },
  { name: 'nothing at this address', path: '/v1/opscore/nothing', status: 404, code: 'NOT_FOUND' },
  {
    name: 'a method that there is not',
    method: 'PATCH',
    path: STATE,
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    headers: { allow: 'GET, HEAD, POST' },
  },
]

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
