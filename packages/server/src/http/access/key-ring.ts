import { createHash, timingSafeEqual } from 'node:crypto'
import type { Principal } from './principal.ts'

/** Who holds which key. Keys are known by their SHA-256 alone: at 256 bits of entropy a slow hash buys nothing. */
export interface KeyRing {
  /** Rises whenever a key is made, changed, revoked or expires: what was found before then no longer holds. */
  readonly revision: number
  /** Takes the same time whether and however nearly the hash is known. */
  find(hash: Buffer): Principal | undefined
}

export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

/** The ring of a server with one key, which may do everything. */
export function createSingleKeyRing(key: string): KeyRing {
  const known = hashKey(key)
  const holder: Principal = { id: 'root', scopes: new Set(['admin']), agentIds: null }
  return {
    revision: 0,
    find: (hash) => (timingSafeEqual(hash, known) ? holder : undefined),
  }
}
