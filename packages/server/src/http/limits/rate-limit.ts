/** More different keys than this within one refill are forgotten early, in favour of whoever sends them. */
const CAPACITY = 100_000

export interface RateLimit {
  /** Takes one token at `now` (milliseconds, monotonic). Returns 0, or the seconds after which there is one again. */
  take(key: string, now: number): number
}

/**
 * Token buckets, one for each key: `rate` tokens a second, at most `burst` at once.
 *
 * A bucket is kept as the one moment at which it will be full again. One that is full is like one that never was, so two
 * maps that take turns each `burst / rate` seconds forget every key at the right time, without a sweep or a list.
 */
export function createRateLimit({ rate, burst }: { rate: number; burst: number }): RateLimit {
  const interval = 1000 / rate
  const refill = burst * interval
  let recent = new Map<string, number>()
  let older = new Map<string, number>()
  let turnedAt = 0

  return {
    take(key, now) {
      if (now - turnedAt > refill || recent.size >= CAPACITY) {
        older = recent
        recent = new Map()
        turnedAt = now
      }
      const fullAt = Math.max(recent.get(key) ?? older.get(key) ?? 0, now) + interval
      const excess = fullAt - now - refill
      // Adding and taking away the same milliseconds leaves less than this.
      if (excess > 0.001) return excess / 1000
      recent.set(key, fullAt)
      return 0
    },
  }
}

/** For `OPSCORE_RATE_LIMIT=off`. */
export const NO_LIMIT: RateLimit = { take: () => 0 }
