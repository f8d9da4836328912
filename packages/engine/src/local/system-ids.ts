import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'
import type { Ids } from '../ports/ids.ts'

/** What uuid asks for each of its ids. */
const ID_BYTES = 16
/** Random bytes are drawn for so many ids at a time: asking the system for each costs three times as much as making it. */
const POOL = new Uint8Array(512 * ID_BYTES)
/** Of the 32 bits that follow an id's time; the rest of them is room to count within its millisecond. */
const SEQUENCE_START = 0x7fff_ffff

let used = POOL.length
let msecs = 0
let seq = 0

function randomBytes(): Uint8Array {
  if (used === POOL.length) {
    randomFillSync(POOL)
    used = 0
  }
  used += ID_BYTES
  return POOL.subarray(used - ID_BYTES, used)
}

/** Ids of one process rise: within a millisecond they are counted on from a random number (RFC 9562, 6.2, method 1). */
function uuid(): string {
  const random = randomBytes()
  const now = Date.now()
  if (now > msecs) {
    msecs = now
    const drawn = ((random[0] ?? 0) << 24) | ((random[1] ?? 0) << 16) | ((random[2] ?? 0) << 8) | (random[3] ?? 0)
    seq = drawn & SEQUENCE_START
  } else seq += 1
  return v7({ random, msecs, seq })
}

/** The machine's randomness. */
export const systemIds: Ids = { uuid, random: () => Math.random() }
