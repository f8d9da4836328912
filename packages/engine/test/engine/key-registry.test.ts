import { expect, test, vi } from 'vitest'
import { createKeyRegistry } from '../../src/command/key-registry.ts'
import { createMemoryKeyStore } from '../../src/memory/memory-key-store.ts'
import type { KeyStore } from '../../src/ports/key-store.ts'
import { createManualClock } from '../local/manual-clock.ts'
import { recordingLog } from '../store-contract/recording-log.ts'

let made = 0
const ids = { uuid: () => `key-${++made}`, random: () => 0 }
const wanted = (hash: string) => ({ hash, name: hash, scopes: ['read' as const], agentIds: null, expiresAt: null })

/** Two processes over one store. `store` may stand in the way of the second. */
function twoNodes(store: (shared: KeyStore) => KeyStore = (shared) => shared) {
  const clock = createManualClock()
  const { log, logged } = recordingLog()
  const shared: KeyStore = { ...createMemoryKeyStore(), shared: true }
  const node = (over: KeyStore) => createKeyRegistry({ store: over, clock, ids, log, pollInterval: 500 })
  return { clock, logged, one: node(shared), other: node(store(shared)) }
}

const settled = () => new Promise(setImmediate)

test('what is made or revoked holds here when it is acknowledged', async () => {
  const clock = createManualClock()
  const registry = createKeyRegistry({ store: createMemoryKeyStore(), clock, ids, log: recordingLog().log })
  await registry.start()
  const before = registry.revision
  const { keyId, createdAt } = await registry.create(wanted('h'), 'root')
  expect(createdAt).toBe(new Date(clock.now()).toISOString())
  expect(registry.find('h')).toMatchObject({ keyId, scopes: ['read'] })
  expect(registry.revision).toBeGreaterThan(before)
  const between = registry.revision
  await registry.revoke(keyId, 'root')
  expect(registry.find('h')).toBeUndefined()
  expect(registry.revision).toBeGreaterThan(between)
  expect(clock.armed).toBe(0)
})

test('what another process does holds here after the poll interval', async () => {
  const { clock, one, other } = twoNodes()
  await Promise.all([one.start(), other.start()])
  const { keyId } = await one.create(wanted('h'), 'root')
  expect(other.find('h')).toBeUndefined()
  clock.advance(500)
  await settled()
  expect(other.find('h')).toMatchObject({ keyId })
  await one.revoke(keyId, 'root')
  clock.advance(500)
  await settled()
  expect(other.find('h')).toBeUndefined()
  one.close()
  other.close()
  expect(clock.armed).toBe(0)
})

test('a refresh takes in at once what another process has acknowledged, and reads the keys only where there is news', async () => {
  const live = vi.fn()
  const { one, other } = twoNodes((shared) => ({
    ...shared,
    live(now) {
      live()
      return shared.live(now)
    },
  }))
  await Promise.all([one.start(), other.start()])
  await one.create(wanted('h'), 'root')
  await other.refresh()
  expect(other.find('h')).toBeDefined()
  const { revision } = other
  await other.refresh()
  expect([live.mock.calls.length, other.revision]).toEqual([2, revision])
})

test('a look that began before a revocation does not undo it', async () => {
  const gate = Promise.withResolvers<void>()
  let held = false
  const { one, other } = twoNodes((shared) => ({
    ...shared,
    async live(now) {
      const found = await shared.live(now)
      if (held) await gate.promise
      return found
    },
  }))
  await Promise.all([one.start(), other.start()])
  const { keyId } = await one.create(wanted('h'), 'root')
  held = true
  const slow = other.refresh()
  await settled()
  held = false
  const revoked = other.revoke(keyId, 'root')
  await settled()
  gate.resolve()
  await Promise.all([slow, revoked])
  expect(other.find('h')).toBeUndefined()
})

test('while the store is away what was known holds, which is told once, and looking goes on', async () => {
  let away = false
  const { clock, one, other, logged } = twoNodes((shared) => ({
    ...shared,
    revision: async () => (away ? Promise.reject(new Error('away')) : shared.revision()),
  }))
  await Promise.all([one.start(), other.start()])
  const { keyId } = await one.create(wanted('h'), 'root')
  await other.refresh()
  away = true
  for (let round = 0; round < 3; round += 1) {
    clock.advance(500)
    await settled()
  }
  expect(other.find('h')).toBeDefined()
  await expect(other.refresh()).rejects.toThrow('away')
  expect(logged.filter((line) => line.startsWith('Cannot see'))).toHaveLength(1)
  await one.revoke(keyId, 'root')
  away = false
  clock.advance(500)
  await settled()
  expect(other.find('h')).toBeUndefined()
})
