import { hashKey, type KeyRing } from './key-ring.ts'
import type { Principal } from './principal.ts'

const BEARER = /^bearer +([\x21-\x7e]+) *$/i

/** More keys than this in use at once are hashed anew with every request. */
const REMEMBERED = 10_000

/**
 * Finds out who sends an `Authorization` header. A key that was good is remembered by the whole header, until the ring
 * changes: hashing it costs more than routing the request. Only good ones are, so nobody can fill the memory with bad ones.
 */
export function createAuthenticator(keys: KeyRing): (authorization: string | undefined) => Principal | undefined {
  const known = new Map<string, Principal>()
  let revision = keys.revision

  return (authorization) => {
    if (authorization === undefined) return undefined
    if (revision !== keys.revision) {
      known.clear()
      revision = keys.revision
    }
    const remembered = known.get(authorization)
    if (remembered !== undefined) return remembered

    const key = BEARER.exec(authorization)?.[1]
    const principal = key === undefined ? undefined : keys.find(hashKey(key))
    if (principal !== undefined && known.size < REMEMBERED) known.set(authorization, principal)
    return principal
  }
}
