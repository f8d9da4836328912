import { createHash } from 'node:crypto'

/** Hex digits at the end of a session's id by which a store of several partitions chooses one. */
const DIGITS = 3

/**
 * The id of a new session, from a new UUID. Where the request counts once, the digits that choose its partition come from
 * the request's key: so the record of the key and the session are one commit, and a repeat finds the record without
 * knowing the session.
 */
export function sessionIdOf(uuid: string, onceKey: string | undefined): string {
  if (onceKey === undefined) return uuid
  return uuid.slice(0, -DIGITS) + createHash('sha256').update(onceKey).digest('hex').slice(0, DIGITS)
}
