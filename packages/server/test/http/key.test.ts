import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CreatedKey, KeyView } from '@opscore/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isApiKey } from '../../src/http/access/api-key.ts'
import { callApi, KEY, startApi } from './api-under-test.ts'
import { type StartedOpsCore, startedOpsCore } from './started-ops-core.ts'

const PATH = '/v1/opscore/key'
const AGENTS = '/v1/opscore/agent'
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

const statusOf = async (opscore: StartedOpsCore, key: string, path = AGENTS) =>
  (await callApi(opscore.url, key, 'GET', path)).status

async function make(opscore: StartedOpsCore, json: object = {}): Promise<CreatedKey> {
  const answer = await opscore.call('POST', PATH, { json: { name: 'a key', scopes: ['read'], ...json } })
  expect([answer.status, answer.text]).toEqual([201, answer.text])
  return answer.json
}

describe.each(['memory', 'sqlite'] as const)('API keys, over the %s store', (storage) => {
  let opscore: StartedOpsCore
  beforeAll(async () => {
    opscore = await startedOpsCore({ storage, rateLimit: null })
  })
  afterAll(async () => {
    await opscore[Symbol.asyncDispose]()
  })

  test('a key is shown when it is made, works at once, and is never shown again', async () => {
    const expiresAt = inAnHour()
    const { key, ...view } = await make(opscore, { name: 'reader', agentIds: null, expiresAt })
    expect(isApiKey(key)).toBe(true)
    expect(view).toEqual({
      keyId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'reader',
      scopes: ['read'],
      agentIds: null,
      createdAt: expect.any(String),
      expiresAt,
      revokedAt: null,
    })
    expect(await statusOf(opscore, key)).toBe(200)
    expect(await statusOf(opscore, key, PATH)).toBe(403)
    const read = await opscore.call('GET', `${PATH}/${view.keyId}`)
    expect([read.status, read.json]).toEqual([200, view])
    for (const path of [PATH, `${PATH}/${view.keyId}`]) {
      expect((await opscore.call('GET', path)).text).not.toContain(key.slice(4, 20))
    }
  })

  test('a key bound to an agent speaks for it alone', async () => {
    for (const agentId of ['mine', 'other']) await opscore.register(agentId)
    const { key } = await make(opscore, { scopes: ['agents', 'read'], agentIds: ['mine'] })
    const report = (agentId: string) =>
      callApi(opscore.url, key, 'POST', `${AGENTS}/${agentId}/state`, {
        json: { agentId, timestamp: '2026-01-02T03:04:05Z', state: 'idle' },
      })
    expect((await report('mine')).status).toBe(202)
    expect((await report('other')).status).toBe(403)
    expect(await statusOf(opscore, key, `${AGENTS}/mine`)).toBe(200)
    expect(await statusOf(opscore, key)).toBe(403)
  })

  test('a key that is revoked is refused at once; revoking it again changes nothing', async () => {
    const { key, keyId } = await make(opscore)
    expect(await statusOf(opscore, key)).toBe(200)
    expect((await opscore.call('DELETE', `${PATH}/${keyId}`)).status).toBe(204)
    expect(await statusOf(opscore, key)).toBe(401)
    const { json } = await opscore.call('GET', `${PATH}/${keyId}`)
    expect(json.revokedAt).toEqual(expect.any(String))
    expect((await opscore.call('DELETE', `${PATH}/${keyId}`)).status).toBe(204)
    expect((await opscore.call('GET', `${PATH}/${keyId}`)).json).toEqual(json)
  })

  test('a key with the scope admin may make keys, and revoke itself', async () => {
    const { key, keyId } = await make(opscore, { scopes: ['admin'] })
    const json = { name: 'made by another', scopes: ['metrics'] }
    expect((await callApi(opscore.url, key, 'POST', PATH, { json })).status).toBe(201)
    expect((await callApi(opscore.url, key, 'DELETE', `${PATH}/${keyId}`)).status).toBe(204)
    expect(await statusOf(opscore, key)).toBe(401)
  })

  test('the list begins with the root key and comes in pages, in the order of making', async () => {
    const made = [await make(opscore), await make(opscore), await make(opscore)].map(({ keyId }) => keyId)
    const whole: KeyView[] = (await opscore.call('GET', `${PATH}?limit=200`)).json.items
    expect(whole[0]).toEqual({
      keyId: 'root',
      name: 'root',
      scopes: ['admin'],
      agentIds: null,
      createdAt: null,
      expiresAt: null,
      revokedAt: null,
    })
    expect(whole.slice(-3).map(({ keyId }) => keyId)).toEqual(made)
    for (const limit of [1, 2, 3]) {
      const items: KeyView[] = []
      let cursor = ''
      do {
        const { json } = await opscore.call('GET', `${PATH}?limit=${limit}${cursor}`)
        expect(json.items.length).toBeLessThanOrEqual(limit)
        items.push(...json.items)
        cursor = json.nextCursor === null ? '' : `&cursor=${json.nextCursor}`
      } while (cursor !== '')
      expect(items).toEqual(whole)
    }
  })

  test('the root key can be read, and is changed where it is configured', async () => {
    expect((await opscore.call('GET', `${PATH}/root`)).json).toMatchObject({ keyId: 'root', scopes: ['admin'] })
    const refused = await opscore.call('DELETE', `${PATH}/root`)
    expect([refused.status, refused.json.code]).toEqual([409, 'ROOT_KEY_FIXED'])
    expect(refused.json.detail).toContain('OPSCORE_API_KEY')
    expect(await statusOf(opscore, KEY)).toBe(200)
  })

  test('an Idempotency-Key is refused, as the answer could not be given twice', async () => {
    const before = (await opscore.call('GET', `${PATH}?limit=200`)).json.items
    const headers = { 'idempotency-key': 'once' }
    const answer = await opscore.call('POST', PATH, { json: { name: 'n', scopes: ['read'] }, headers })
    expect([answer.status, answer.json.code]).toEqual([400, 'BAD_REQUEST'])
    expect((await opscore.call('GET', `${PATH}?limit=200`)).json.items).toEqual(before)
  })

  test.each([
    ['no name', { scopes: ['read'] }, 'name'],
    ['an empty name', { name: '', scopes: ['read'] }, 'name'],
    ['a name that is too long', { name: 'n'.repeat(129), scopes: ['read'] }, 'name'],
    ['no scopes', { name: 'n' }, 'scopes'],
    ['an empty list of scopes', { name: 'n', scopes: [] }, 'scopes'],
    ['a scope twice', { name: 'n', scopes: ['read', 'read'] }, 'scopes'],
    ['a scope that there is not', { name: 'n', scopes: ['everything'] }, 'scopes'],
    ['an empty list of agents', { name: 'n', scopes: ['read'], agentIds: [] }, 'agentIds'],
    ['an agent that is a number', { name: 'n', scopes: ['read'], agentIds: [1] }, 'agentIds'],
    ['a misspelt restriction', { name: 'n', scopes: ['read'], agentId: ['a'] }, 'agentId'],
    ['a time that is none', { name: 'n', scopes: ['read'], expiresAt: 'soon' }, 'expiresAt'],
    ['a time that is past', { name: 'n', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    ['an id of its own', { name: 'n', scopes: ['read'], keyId: 'root' }, 'keyId'],
  ])('%s makes no key', async (_name, json, field) => {
    const before = (await opscore.call('GET', `${PATH}?limit=200`)).json.items
    const answer = await opscore.call('POST', PATH, { json })
    expect([answer.status, answer.json.code]).toEqual([422, 'VALIDATION_FAILED'])
    expect(answer.json.detail[0].loc.slice(0, 2)).toEqual(['body', field])
    expect(answer.json.errors[0].path).toMatch(`/body/${field}`)
    expect((await opscore.call('GET', `${PATH}?limit=200`)).json.items).toEqual(before)
  })

  test('a key that is not known is 404, and no key at all 401', async () => {
    for (const method of ['GET', 'DELETE']) {
      const answer = await opscore.call(method, `${PATH}/nothing`)
      expect([answer.status, answer.json.code]).toEqual([404, 'KEY_NOT_FOUND'])
    }
    const headers = { authorization: undefined }
    expect((await opscore.call('POST', PATH, { json: { name: 'n', scopes: ['read'] }, headers })).status).toBe(401)
  })
})

test('keys outlive a restart, and what was revoked stays so', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'opscore-keys-'))
  try {
    const first = await startedOpsCore({ dataDir, storage: 'sqlite' })
    const kept = await make(first, { scopes: ['read'] })
    const gone = await make(first)
    await first.call('DELETE', `${PATH}/${gone.keyId}`)
    await first[Symbol.asyncDispose]()
    await using second = await startedOpsCore({ dataDir, storage: 'sqlite' })
    expect(await statusOf(second, kept.key)).toBe(200)
    expect(await statusOf(second, gone.key)).toBe(401)
    const { items }: { items: KeyView[] } = (await second.call('GET', PATH)).json
    expect(items.map(({ keyId, revokedAt }) => [keyId, revokedAt !== null])).toEqual([
      ['root', false],
      [kept.keyId, false],
      [gone.keyId, true],
    ])
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})

test('a root key that was made at first start is changed in its file', async () => {
  await using api = await startApi({ rootKeyFile: '/data/api-key' })
  const refused = await api.call('DELETE', `${PATH}/root`)
  expect([refused.status, refused.json.detail]).toEqual([409, expect.stringContaining('/data/api-key')])
})
