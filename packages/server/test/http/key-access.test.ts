/** Every route × {no scope, another agent's key, expired, revoked} (reliability.md, fault catalogue E). */
import { type CreatedKey, SCOPES } from '@opscore/contract'
import { DomainError } from '@opscore/engine'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, callApi, startApi } from './api-under-test.ts'
import { anAgent } from './started-ops-core.ts'

const HOUR = 3_600_000
const NOTIFY = '/v1/opscore/internal/agent/notify'

let api: ApiUnderTest
let now = Date.now()
let keys: Record<'good' | 'useless' | 'scraper' | 'elsewhere' | 'expired' | 'revoked', CreatedKey>

beforeAll(async () => {
  const task = async (taskId: string) => {
    throw new DomainError('TASK_NOT_FOUND', `Task not found: ${taskId}`)
  }
  api = await startApi({
    engine: { task },
    settings: { rateLimit: null, webhookSecrets: ['a secret'] },
    now: () => now,
  })
  const make = async (json: object): Promise<CreatedKey> =>
    (await api.call('POST', '/v1/opscore/key', { json: { name: 'k', ...json } })).json
  const everything = { scopes: SCOPES.filter((scope) => scope !== 'admin') }
  const admin = { scopes: ['admin'] }
  keys = {
    good: await make(admin),
    useless: await make({ scopes: ['metrics'] }),
    scraper: await make({ scopes: ['read'] }),
    elsewhere: await make({ scopes: ['admin', ...everything.scopes], agentIds: ['elsewhere'] }),
    expired: await make({ ...admin, expiresAt: new Date(now + HOUR).toISOString() }),
    revoked: await make(admin),
  }
  for (const { key } of Object.values(keys)) {
    expect((await callApi(api.url, key, 'GET', '/v1/opscore/session')).status).not.toBe(401)
  }
  await api.call('DELETE', `/v1/opscore/key/${keys.revoked.keyId}`)
  now += HOUR
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
})

/** Every route of the document that wants a key, and the webhook. */
async function guardedRoutes(): Promise<{ method: string; path: string; json?: object }[]> {
  const { paths } = (await api.call('GET', '/openapi.json')).json
  return Object.entries<Record<string, { security: object[] }>>(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { security }]) => {
      if (security.length === 0 && path !== NOTIFY) return []
      const json = path === NOTIFY ? { event_type: 'REGISTER', agent_details: anAgent('x') } : undefined
      return [{ method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, 'x'), ...(json ? { json } : {}) }]
    }),
  )
}

async function refusals(key: string): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {}
  for (const { method, path, json } of await guardedRoutes()) {
    statuses[`${method} ${path}`] = (await callApi(api.url, key, method, path, { json })).status
  }
  return statuses
}

describe('every route', () => {
  test('lets a good key pass', async () => {
    const statuses = await refusals(keys.good.key)
    expect(Object.keys(statuses).length).toBeGreaterThan(30)
    for (const [route, status] of Object.entries(statuses)) {
      expect([route, status]).not.toEqual([route, 401])
      expect([route, status]).not.toEqual([route, 403])
    }
  })

  test('refuses a key without its scope', async () => {
    const { 'GET /metrics': _, ...statuses } = await refusals(keys.useless.key)
    const scraped = (await refusals(keys.scraper.key))['GET /metrics']
    for (const [route, status] of Object.entries({ ...statuses, 'GET /metrics': scraped })) {
      expect([route, status]).toEqual([route, 403])
    }
  })

  test("refuses another agent's key, whatever its scopes", async () => {
    for (const [route, status] of Object.entries(await refusals(keys.elsewhere.key))) {
      expect([route, status]).toEqual([route, 403])
    }
  })

  test.each(['expired', 'revoked'] as const)('refuses a key that is %s', async (which) => {
    for (const [route, status] of Object.entries(await refusals(keys[which].key))) {
      expect([route, status]).toEqual([route, 401])
    }
  })
})

describe('a failed dispatch', () => {
  const attempt = (agentId: string, number: number) => ({ agentId, attemptId: `s.1.${number}` })
  const said = (opscore_task_id: string, agentId?: string) => ({
    event_type: 'DISPATCH_FAILED',
    opscore_task_id,
    reason: 'gone',
    ...(agentId === undefined ? {} : { agentId }),
  })

  test('is taken from a key that may speak for the agent of its attempt, whatever agent it names', async () => {
    const noted: string[] = []
    // Of a task the route reads nothing but who had its attempts.
    const task = { attempts: [attempt('mine', 1), attempt('other', 2)] } as never
    await using plain = await startApi({
      engine: {
        task: async () => task,
        dispatchFailed: async ({ attemptId }) => void noted.push(attemptId),
      },
      settings: { webhookSecrets: ['a secret'] },
    })
    const make = async (json: object): Promise<CreatedKey> =>
      (await plain.call('POST', '/v1/opscore/key', { json: { name: 'k', ...json } })).json
    const bound = await make({ scopes: ['agents'], agentIds: ['mine'] })
    const reader = await make({ scopes: ['read'] })
    const send = async ({ key }: CreatedKey, json: object) =>
      (await callApi(plain.url, key, 'POST', NOTIFY, { json })).status
    expect(await send(bound, said('s.1.1'))).toBe(200)
    expect(await send(bound, said('s.1.1', 'mine'))).toBe(200)
    expect(await send(bound, said('s.1.2'))).toBe(403)
    expect(await send(bound, said('s.1.2', 'mine'))).toBe(403)
    expect(await send(bound, said('of no session', 'mine'))).toBe(403)
    expect(await send(reader, said('s.1.1'))).toBe(403)
    expect(noted).toEqual(['s.1.1', 's.1.1'])
  })
})
