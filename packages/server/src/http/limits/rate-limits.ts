import { createRateLimit, NO_LIMIT, type RateLimit } from './rate-limit.ts'

/** The limits of reliability.md, "rate limits". */
export interface RateLimits {
  /** Reports, heartbeats and registrations, by agent: a whole fleet shares one key. */
  agent: RateLimit
  /** Reports that name an attempt under way, by that attempt: an agent with room for many has as much to say of each. */
  attempt: RateLimit
  /** Lists and changes, by key. */
  management: RateLimit
  /** Triggers, by key. */
  trigger: RateLimit
  /** Failed authentications, by address. */
  failure: RateLimit
  /** Whether an overloaded server refuses what can wait. */
  sheds: boolean
}

/** Far above what an agent has to say, and far below what a loop without a pause makes of it. */
const REPORTS = { rate: 500, burst: 2_000 }

/** `perKey` is in requests a second; `null` lifts every limit, and then nothing is shed either. */
export function createRateLimits(perKey: number | null): RateLimits {
  if (perKey === null)
    return {
      agent: NO_LIMIT,
      attempt: NO_LIMIT,
      management: NO_LIMIT,
      trigger: NO_LIMIT,
      failure: NO_LIMIT,
      sheds: false,
    }
  return {
    agent: createRateLimit(REPORTS),
    attempt: createRateLimit(REPORTS),
    management: createRateLimit({ rate: perKey, burst: 5 * perKey }),
    trigger: createRateLimit({ rate: 10 * perKey, burst: 50 * perKey }),
    failure: createRateLimit({ rate: 20 / 60, burst: 20 }),
    sheds: true,
  }
}
