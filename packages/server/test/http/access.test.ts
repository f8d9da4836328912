import type { Scope } from '@opscore/contract'
import { expect, test } from 'vitest'
import { hashKey, type KeyRing } from '../../src/http/access/key-ring.ts'
import type { Principal } from '../../src/http/access/principal.ts'
import { callApi, KEY, startApi } from './api-under-test.ts'

const report = (agentId: string) => ({
  json: { agentId, timestamp: '2026-01-02T03:04:05Z', state: 'idle' },
})
const page = async () => ({ items: [], nextCursor: null })

function ringOf(
  keys: Record<string, { scopes: Scope[]; agentIds?: string[] }>,
): KeyRing & { revoke(key: string): void } {
  const holders = new Map<string, Principal>()
  for (const [key, { scopes, agentIds }] of Object.entries(keys)) {
    const holder = {
      id: key,
      name: key,
      scopes: new Set(scopes),
      agentIds: agentIds === undefined ? null : new Set(agentIds),
      expiresAt: null,
    }
    holders.set(hashKey(key).toString('hex'), holder)
  }
  let revision = 0
  return {
    get revision() {
      return revision
    },
    find: (hash) => holders.get(hash.toString('hex')),
    revoke(key) {
      holders.delete(hashKey(key).toString('hex'))
      revision += 1
    },
  }
}

test.each(['Bearer', 'bearer', 'BEARER', 'Bearer  '])('the scheme %s is taken', async (scheme) => {
  await using api = await startApi({ engine: { agents: page } })
  const answer = await api.call('GET', '/v1/opscore/agent', { headers: { authorization: `${scheme} ${KEY}` } })
  expect(answer.status).toBe(200)
})

test('health, readiness, the document and its page need no key', async () => {
  await using api = await startApi()
  for (const path of ['/health', '/ready', '/openapi.json', '/docs']) {
    const answer = await api.call('GET', path, { headers: { authorization: undefined } })
    expect([path, answer.status]).toEqual([path, 200])
  }
})

test('a key does what its scopes say, and is told what it lacks', async () => {
  const keys = ringOf({
    reader: { scopes: ['read'] },
    reporter: { scopes: ['agents'] },
    starter: { scopes: ['trigger'] },
    operator: { scopes: ['operate'] },
    scraper: { scopes: ['metrics'] },
    root: { scopes: ['admin'] },
  })
  const done = async () => {}
  const trigger = async () => ({ sessionId: 's', workflowId: 'w', message: 'm' })
  await using api = await startApi({
    keys,
    engine: { agents: page, reportState: done, deregisterAgent: done, trigger },
  })
  const requests: Record<string, [string, string, object?]> = {
    reader: ['GET', '/v1/opscore/agent'],
    reporter: ['POST', '/v1/opscore/agent/a/state', report('a')],
    starter: ['POST', '/v1/opscore/agent/a/workflow', { json: { workflowDefinitionId: 'w' } }],
    operator: ['DELETE', '/v1/opscore/agent/a'],
    scraper: ['GET', '/metrics'],
  }
  for (const [owner, [method, path, options]] of Object.entries(requests)) {
    for (const key of [...Object.keys(requests), 'root']) {
      const answer = await callApi(api.url, key, method, path, options)
      const allowed = key === owner || key === 'root'
      expect([method, path, key, answer.status >= 400]).toEqual([method, path, key, !allowed])
      if (!allowed) expect(answer.json.code).toBe('FORBIDDEN')
    }
  }
})

test('a key bound to agents speaks for them alone, and sees nothing else', async () => {
  const keys = ringOf({ bound: { scopes: ['read', 'agents', 'trigger'], agentIds: ['mine'] } })
  const view = { agentId: 'mine', state: 'idle', details: null, timestamp: '2026-01-02T03:04:05Z' }
  await using api = await startApi({
    keys,
    engine: {
      agents: page,
      sessions: page,
      agentState: async () => view,
      reportState: async () => {},
      registerAgent: async () => ({ agentId: 'mine', created: true }),
    },
  })
  const call = (method: string, path: string, options?: object) => callApi(api.url, 'bound', method, path, options)
  expect((await call('POST', '/v1/opscore/agent/mine/state', report('mine'))).status).toBe(202)
  expect((await call('GET', '/v1/opscore/agent/mine/state')).status).toBe(200)
  expect((await call('POST', '/v1/opscore/agent/other/state', report('other'))).status).toBe(403)
  expect((await call('GET', '/v1/opscore/agent/other/state')).status).toBe(403)
  expect((await call('GET', '/v1/opscore/agent')).status).toBe(403)
  expect((await call('GET', '/v1/opscore/session')).status).toBe(403)
  const registration = (agentId: string) => ({
    json: {
      event_type: 'REGISTER',
      agent_details: { agentId, agentName: 'n', version: '1', contactEndpoint: 'http://127.0.0.1:9' },
    },
  })
  const notify = '/v1/opscore/internal/agent/notify'
  expect((await call('POST', notify, registration('mine'))).status).toBe(200)
  expect((await call('POST', notify, registration('other'))).json.code).toBe('FORBIDDEN')
})

test('a key that is revoked no longer holds, though it was just used', async () => {
  const keys = ringOf({ short: { scopes: ['admin'] } })
  await using api = await startApi({ keys, engine: { agents: page } })
  expect((await callApi(api.url, 'short', 'GET', '/v1/opscore/agent')).status).toBe(200)
  keys.revoke('short')
  expect((await callApi(api.url, 'short', 'GET', '/v1/opscore/agent')).status).toBe(401)
})

test('after 20 failures from an address further ones are 429, while a good key still passes', async () => {
  await using api = await startApi({ engine: { agents: page } })
  const wrong = () => callApi(api.url, 'wrong', 'GET', '/v1/opscore/agent')
  for (let count = 0; count < 20; count += 1) expect((await wrong()).status).toBe(401)
  let refused = await wrong()
  // One failure is forgotten every three seconds, which a slow machine may take for one.
  while (refused.status === 401) refused = await wrong()
  expect([refused.status, refused.json.code]).toEqual([429, 'RATE_LIMITED'])
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await api.call('GET', '/v1/opscore/agent')).status).toBe(200)
})
