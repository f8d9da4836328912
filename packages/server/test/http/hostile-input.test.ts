import { request } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readPage } from '../../src/http/list-cursor.ts'
import { KEY } from './api-under-test.ts'
import { anAgent, type StartedOpsCore, startedOpsCore } from './started-ops-core.ts'

/** Every run does the same; a failure prints what to replay. */
const SEEDED = { seed: 20_260_102, numRuns: 300 }

/** What fetch would tidy up, sent as it is. */
function sendRaw(url: string, method: string, path: string, body?: string, headers: Record<string, string> = {}) {
  const { hostname, port } = new URL(url)
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers: { authorization: `Bearer ${KEY}`, ...headers } })
    sent.on('error', reject)
    sent.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    sent.end(body)
  })
}

const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '\0',
    '..',
    '.',
    '%',
    '🙂',
    "' OR 1=1 --",
    '__proto__',
    'constructor',
    'a'.repeat(300),
    '\u202e',
    '*',
    '"',
    '\\',
  ),
)
const anyJson = fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' })

/** A body that fits, with one member replaced by anything, or taken away. */
const spoiled = (body: Record<string, unknown>) =>
  fc
    .tuple(fc.constantFrom(...Object.keys(body)), fc.option(anyJson))
    .map(([key, value]) => ({ ...body, [key]: value ?? undefined }))

const GETS = [
  (id: string) => `/v1/opscore/agent/${id}`,
  (id: string) => `/v1/opscore/agent/${id}/state`,
  (id: string) => `/v1/opscore/agent/${id}/state/history`,
  (id: string) => `/v1/opscore/workflow/${id}`,
  (id: string) => `/v1/opscore/key/${id}`,
  (id: string) => `/v1/opscore/session/${id}`,
  (id: string) => `/v1/opscore/session/${id}/event`,
  (id: string) => `/v1/opscore/task/${id}`,
  (id: string) => `/v1/opscore/agent?state=${id}&capability=${id}`,
  (id: string) => `/v1/opscore/session?agentId=${id}&workflowId=${id}&status=${id}`,
  (id: string) => `/v1/opscore/session?startedFrom=${id}&startedTo=${id}`,
  (id: string) => `/v1/opscore/workflow?limit=${id}`,
  (id: string) => `/v1/opscore/agent?cursor=${id}`,
  (id: string) => `/v1/opscore/key?cursor=${id}`,
  (id: string) => `/v1/opscore/event?cursor=${id}x`,
  (id: string) => `/docs/static/${id}`,
]

describe.each(['memory', 'sqlite'] as const)('over the %s store, no request makes the server fail', (storage) => {
  let opscore: StartedOpsCore
  beforeAll(async () => {
    opscore = await startedOpsCore({ storage, rateLimit: null })
    await opscore.register('a')
    await opscore.call('PUT', '/v1/opscore/workflow/w', { json: { id: 'w', tasks: [{ taskId: 't' }] } })
  })
  afterAll(async () => {
    await opscore[Symbol.asyncDispose]()
  })

  const survives = ({ status, text }: { status: number; text: string }) => {
    expect([status < 500, text]).toEqual([true, text])
    expect(text).not.toMatch(/node:internal|\/packages\/|SQLITE/)
  }

  test('reading with odd ids, filters, limits and cursors', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...GETS), odd, async (path, id) => {
        survives(await sendRaw(opscore.url, 'GET', path(encodeURIComponent(id.toWellFormed()))))
      }),
      SEEDED,
    )
  })

  test('addresses that are no proper URLs', async () => {
    const paths = [
      '//',
      '/%',
      '/%zz',
      '/v1/opscore/agent/%ff/state',
      '/v1/opscore/agent/%2e%2e%2f/state',
      '/?',
      '/#',
      '*',
    ]
    for (const path of [...paths, '/v1/opscore/agent/a%00b/state', `/v1/opscore/agent/${'a'.repeat(9_000)}`]) {
      survives(await sendRaw(opscore.url, 'GET', path))
    }
  })

  test.each([
    [
      'a report',
      'POST',
      '/v1/opscore/agent/a/state',
      { agentId: 'a', timestamp: '2026-01-02T03:04:05Z', state: 'idle', details: {} },
    ],
    [
      'a registration',
      'POST',
      '/v1/opscore/internal/agent/notify',
      { event_type: 'REGISTER', agent_details: anAgent('b') },
    ],
    [
      'a failed dispatch',
      'POST',
      '/v1/opscore/internal/agent/notify',
      { event_type: 'DISPATCH_FAILED', opscore_task_id: 'x', reason: 'y' },
    ],
    ['a trigger', 'POST', '/v1/opscore/agent/a/workflow', { workflowDefinitionId: 'w', initialPayload: {} }],
    ['an inline definition', 'POST', '/v1/opscore/agent/a/workflow', { workflowDefinition: { id: 'i', tasks: [] } }],
    [
      'a key',
      'POST',
      '/v1/opscore/key',
      { name: 'n', scopes: ['read'], agentIds: ['a'], expiresAt: '2099-01-01T00:00:00Z' },
    ],
    ['a definition', 'PUT', '/v1/opscore/workflow/w', { id: 'w', name: 'n', tasks: [{ taskId: 't' }], timeout: '1h' }],
  ])('%s with a member that is anything', async (_name, method, path, body) => {
    await fc.assert(
      fc.asyncProperty(spoiled(body), async (json) => {
        survives(await sendRaw(opscore.url, method, path, JSON.stringify(json), { 'content-type': 'application/json' }))
      }),
      { ...SEEDED, numRuns: 100 },
    )
  })

  test('a state with line breaks, escapes and other scripts is kept as it came', async () => {
    const state = '\u001b[31m\r\nid: 1\n\n\u2028<script>🙂'
    const json = { agentId: 'a', timestamp: '2026-01-02T03:04:05Z', state, details: { text: state } }
    expect((await opscore.call('POST', '/v1/opscore/agent/a/state', { json })).status).toBe(202)
    const read = await opscore.call('GET', '/v1/opscore/agent/a/state')
    expect(read.json).toEqual(json)
    expect(read.headers.get('content-type')).toContain('application/json')
  })

  test('cursors whose seal holds, around keys that no store gave', async () => {
    const lists = [
      { path: '/v1/opscore/agent', list: 'agent', filter: { state: undefined, capability: undefined } },
      { path: '/v1/opscore/agent/a/state/history', list: 'state', filter: { agentId: 'a' } },
      { path: '/v1/opscore/workflow', list: 'workflow', filter: {} },
      { path: '/v1/opscore/key', list: 'key', filter: {} },
      {
        path: '/v1/opscore/session',
        list: 'session',
        filter: {
          status: undefined,
          agentId: undefined,
          workflowId: undefined,
          startedFrom: undefined,
          startedTo: undefined,
        },
      },
    ]
    for (const { path, list, filter } of lists) {
      for (const nextCursor of [
        '',
        '\0',
        '-1',
        '1e999',
        'NaN',
        '{}',
        '[1]',
        '["a","b"]',
        '999999999999999999999',
        'é',
        '0.0',
        'a|b',
      ]) {
        const { nextCursor: cursor } = await readPage({ list, filter, query: {} }, async () => ({
          items: [],
          nextCursor,
        }))
        survives(await sendRaw(opscore.url, 'GET', `${path}?cursor=${cursor}`))
      }
    }
  })

  test('headers that are odd', async () => {
    const path = '/v1/opscore/agent/a/workflow'
    const body = '{"workflowDefinitionId":"w"}'
    for (const value of ['', ' ', '\u00e9', '"', 'k'.repeat(4_000), '\t']) {
      survives(
        await sendRaw(opscore.url, 'POST', path, body, {
          'idempotency-key': value,
          'content-type': 'application/json',
        }),
      )
      survives(
        await sendRaw(opscore.url, 'PUT', '/v1/opscore/workflow/w', body, {
          'if-match': value,
          'if-none-match': value,
        }),
      )
      survives(await sendRaw(opscore.url, 'GET', '/v1/opscore/workflow/w', undefined, { 'if-none-match': value }))
      survives(await sendRaw(opscore.url, 'GET', '/v1/opscore/event', undefined, { 'last-event-id': `${value}!` }))
      survives(await sendRaw(opscore.url, 'GET', '/v1/opscore/agent', undefined, { authorization: value }))
    }
  })
})
