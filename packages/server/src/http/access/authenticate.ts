import { isApiKey } from './api-key.ts'
import { hashKey, type KeyRing } from './key-ring.ts'
import type { Principal } from './principal.ts'

const BEARER = /^bearer +([\x21-\x7e]+) *$/i

/** More keys than this in use at once are hashed anew with every request. */
const REMEMBERED = 10_000

export interface Authenticator {
  /** Who sends an `Authorization` header, as far as this process knows. */
  known(authorization: string | undefined): Principal | undefined
  /** The same, where another process may have made the key a moment ago. */
  late(authorization: string | undefined): Promise<Principal | undefined>
}

/**
 * Finds out who sends an `Authorization` header. A key that was good is remembered by the whole header, until the ring
 * changes or the key expires: hashing it costs more than routing the request. Only good ones are, so nobody can fill the
 * memory with bad ones. `now` is in epoch milliseconds.
 */
export function createAuthenticator(keys: KeyRing, now: () => number): Authenticator {
  const remembered = new Map<string, Principal>()
  let revision = keys.revision

  const holds = ({ expiresAt }: Principal) => expiresAt === null || expiresAt > now()

  function known(authorization: string | undefined): Principal | undefined {
    if (authorization === undefined) return undefined
    if (revision !== keys.revision) {
      remembered.clear()
      revision = keys.revision
    }
    const before = remembered.get(authorization)
    if (before !== undefined && holds(before)) return before

    const key = keyIn(authorization)
    const principal = key === undefined ? undefined : keys.find(hashKey(key))
    if (principal === undefined || !holds(principal)) return undefined
    if (remembered.size < REMEMBERED) remembered.set(authorization, principal)
    return principal
  }

  return {
    known,
    async late(authorization) {
      // Noise is told by its checksum, and is not worth asking the store for.
      if (keys.refresh === undefined || !isApiKey(keyIn(authorization) ?? '')) return undefined
      await keys.refresh()
      return known(authorization)
    },
  }
}

const keyIn = (authorization = ''): string | undefined => BEARER.exec(authorization)?.[1]
