import { createHash, timingSafeEqual } from 'node:crypto'
import { ROOT_KEY_ID } from '@opscore/contract'
import type { KeyRegistry } from '@opscore/engine'
import type { Principal } from './principal.ts'

/** Who holds which key. Keys are known by their SHA-256 alone: at 256 bits of entropy a slow hash buys nothing. */
export interface KeyRing {
  /** Rises whenever a key is made or revoked: what was found before then no longer holds. */
  readonly revision: number
  /** Whoever holds the key, though it may have expired. How long it takes says nothing of keys: it depends on hashes alone. */
  find(hash: Buffer): Principal | undefined
  /** Takes in keys that other processes have made. Absent where there are none. */
  refresh?(): Promise<void>
}

export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

/** The root key, which may do everything, and those that were made. */
export function createKeyRing(root: string, registry?: KeyRegistry): KeyRing {
  const rootHash = hashKey(root)
  const rootHolder: Principal = {
    id: ROOT_KEY_ID,
    name: ROOT_KEY_ID,
    scopes: new Set(['admin']),
    agentIds: null,
    expiresAt: null,
  }

  function holderOf(hash: Buffer): Principal | undefined {
    const made = registry?.find(hash.toString('hex'))
    if (made === undefined) return undefined
    const { keyId, name, scopes, agentIds, expiresAt } = made
    return { id: keyId, name, scopes: new Set(scopes), agentIds: agentIds && new Set(agentIds), expiresAt }
  }

  return {
    get revision() {
      return registry?.revision ?? 0
    },
    find: (hash) => (timingSafeEqual(hash, rootHash) ? rootHolder : holderOf(hash)),
    ...(registry?.shared ? { refresh: registry.refresh } : {}),
  }
}
