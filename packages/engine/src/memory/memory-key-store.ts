import type { KeyRecord, KeyStore } from '../ports/key-store.ts'
import { light } from '../store-kit/page.ts'
import { compareTexts } from '../store-kit/text-order.ts'
import { keyPage } from './key-page.ts'

/** Keys in a map: none outlives the process. Kept as text, so that nobody can change what is stored. */
export function createMemoryKeyStore(): KeyStore {
  const records = new Map<string, string>()
  const hashes = new Set<string>()
  let revision = 0

  function find(keyId: string): KeyRecord | null {
    return JSON.parse(records.get(keyId) ?? 'null')
  }

  function put(key: KeyRecord): void {
    records.set(key.keyId, JSON.stringify(key))
    revision += 1
  }

  const all = () => [...records.values()].map((text): KeyRecord => JSON.parse(text))

  return {
    shared: false,
    async add(key) {
      if (records.has(key.keyId) || hashes.has(key.hash)) throw new Error('There is a key with this id or hash')
      hashes.add(key.hash)
      put(key)
    },
    get: async (keyId) => find(keyId),
    list: async (page) =>
      keyPage(
        all().sort((a, b) => compareTexts(a.keyId, b.keyId)),
        page,
        { keyOf: ({ keyId }) => keyId, passed: ({ keyId }, after) => compareTexts(keyId, after) <= 0, read: light },
      ),
    async revoke(keyId, now) {
      const known = find(keyId)
      if (!known || known.revokedAt !== null) return known
      const revoked = { ...known, revokedAt: now }
      put(revoked)
      return revoked
    },
    live: async (now) => ({
      revision,
      keys: all().filter(({ expiresAt, revokedAt }) => revokedAt === null && (expiresAt === null || expiresAt > now)),
    }),
    revision: async () => revision,
  }
}
