/** Several nodes over one store, and streams that outlive their key. */
import type { CreatedKey } from '@opscore/contract'
import type { EventStreams } from '@opscore/engine'
import { createMemoryKeyStore } from '@opscore/engine'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createKeyRing } from '../../src/http/access/key-ring.ts'
import { type ApiUnderTest, callApi, KEY, memoryRegistry, startApi } from './api-under-test.ts'
import { readEvents } from './event-reader.ts'

const WAIT = { timeout: 20_000, interval: 10 }
const AGENTS = '/v1/opscore/agent'

const quiet: EventStreams = {
  async *open({ signal }) {
    yield []
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  },
}
const engine = { agents: async () => ({ items: [], nextCursor: null }), streams: quiet }

async function make(api: ApiUnderTest, json: object = {}): Promise<CreatedKey> {
  return (await api.call('POST', '/v1/opscore/key', { json: { name: 'k', scopes: ['read'], ...json } })).json
}
const revoke = (api: ApiUnderTest, { keyId }: CreatedKey) => api.call('DELETE', `/v1/opscore/key/${keyId}`)

/** Two nodes of one Ops-Core. */
async function twoNodes(): Promise<[ApiUnderTest, ApiUnderTest]> {
  const store = { ...createMemoryKeyStore(), shared: true }
  const node = async () => {
    const registry = memoryRegistry(store)
    await registry.start()
    const api = await startApi({ engine, registry, keys: createKeyRing(KEY, registry) })
    onTestFinished(() => api[Symbol.asyncDispose]())
    return api
  }
  return [await node(), await node()]
}

test('a key that one node made is good on the other at once', async () => {
  const [one, other] = await twoNodes()
  for (let count = 0; count < 5; count += 1) {
    const { key } = await make(one)
    expect((await callApi(other.url, key, 'GET', AGENTS)).status).toBe(200)
  }
})

test('a key that one node revoked is soon refused by the other, which ends its streams', async () => {
  const [one, other] = await twoNodes()
  const made = await make(one)
  await using reader = await readEvents(other.url, { key: made.key })
  await using unharmed = await readEvents(other.url, { key: KEY })
  expect(reader.status).toBe(200)
  await revoke(one, made)
  expect((await callApi(one.url, made.key, 'GET', AGENTS)).status).toBe(401)
  expect(await reader.ended()).toBe('ended')
  expect((await callApi(other.url, made.key, 'GET', AGENTS)).status).toBe(401)
  expect(unharmed.status).toBe(200)
  expect(await Promise.race([unharmed.ended(), Promise.resolve('open')])).toBe('open')
})

test('a stream ends when its key expires', async () => {
  let now = Date.now()
  await using api = await startApi({ engine, now: () => now })
  const { key } = await make(api, { expiresAt: new Date(now + 60_000).toISOString() })
  await using reader = await readEvents(api.url, { key })
  now += 60_000
  expect(await reader.ended()).toBe('ended')
})

test('a stream ends when its key is revoked, and its place is free again', async () => {
  await using api = await startApi({ engine })
  const made = await make(api)
  const reader = await readEvents(api.url, { key: made.key })
  await revoke(api, made)
  await vi.waitFor(async () => {
    expect((await api.call('GET', '/metrics')).text).toMatch(/^opscore_event_streams 0$/m)
  }, WAIT)
  await reader[Symbol.asyncDispose]()
})
