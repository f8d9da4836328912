/**
 * The API keys that were made, without their secrets: a key is known by its SHA-256 alone.
 *
 * Every adapter guarantees, and `test/store-contract/key-store-contract.ts` checks:
 * 1. What a resolved call wrote is durable, and in every later read of every process.
 * 2. The revision rises with whatever changes who may come in, and with nothing else. A read of the live keys says the
 *    revision that it is of, so whoever holds them knows by a cheap look whether they still are what holds.
 * 3. A key that is revoked stays so, since the first time.
 */
import type { Scope } from '@opscore/contract'
import type { PageRequest, StorePage } from './page.ts'

/** Times are epoch milliseconds. */
export interface KeyRecord {
  keyId: string
  /** SHA-256 of the key, in hex. */
  hash: string
  name: string
  scopes: Scope[]
  /** The agents that it is bound to; `null` for none. */
  agentIds: string[] | null
  createdAt: number
  /** From then on it is not live. */
  expiresAt: number | null
  revokedAt: number | null
}

export interface KeyStore {
  /** Other processes write to it too. */
  readonly shared: boolean
  /** @throws Error where the id or the hash is taken; nothing is written then. */
  add(key: KeyRecord): Promise<void>
  get(keyId: string): Promise<KeyRecord | null>
  /** In order of id, live or not. */
  list(page: PageRequest): Promise<StorePage<KeyRecord>>
  /** The key as it then is; `null` where it is not known. */
  revoke(keyId: string, now: number): Promise<KeyRecord | null>
  /** Those that are neither revoked nor expired at `now`, in no order. */
  live(now: number): Promise<{ revision: number; keys: KeyRecord[] }>
  revision(): Promise<number>
}
