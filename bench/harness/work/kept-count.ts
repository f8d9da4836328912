import type { LoadResult } from './wrk.ts'

/**
 * Holds what a server has kept against what it accepted, over all runs of a load. `wrk` drops what is in flight when its
 * time is over, so every run may leave as many more as it has connections. Throws where anything accepted is missing, or more
 * is there than was sent.
 */
export function createKeptCount({ count, connections }: { count: () => number; connections: number }) {
  const before = count()
  let accepted = 0
  let dropped = 0
  return ({ requests }: LoadResult): void => {
    accepted += requests
    dropped += connections
    const kept = count() - before
    if (kept < accepted || kept > accepted + dropped) {
      throw new Error(`${accepted} requests were accepted, at most ${dropped} cut off, but ${kept} were kept`)
    }
  }
}
