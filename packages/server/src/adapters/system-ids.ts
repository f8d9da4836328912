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
let last = { msecs: 0, seq: 0 }

function randomBytes(): Uint8Array {
  if (used === POOL.length) {
    randomFillSync(POOL)
    used = 0
  }
  used += ID_BYTES
  return POOL.slice(used - ID_BYTES, used)
}

/** Ids of one process rise: within a millisecond they are counted on from a random number (RFC 9562, 6.2, method 1). */
function uuid(): string {
  const random = randomBytes()
  const now = Date.now()
  const start = new DataView(random.buffer).getUint32(0) & SEQUENCE_START
  last = now > last.msecs ? { msecs: now, seq: start } : { msecs: last.msecs, seq: last.seq + 1 }
  return v7({ random, ...last })
}

/** The machine's randomness. */
export const systemIds: Ids = { uuid, random: () => Math.random() }
