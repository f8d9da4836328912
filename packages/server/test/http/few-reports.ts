import { createRateLimit } from '../../src/http/limits/rate-limit.ts'
import { createRateLimits, type RateLimits } from '../../src/http/limits/rate-limits.ts'

/** The usual limits, but so few reports that none comes back while a test looks. */
export function fewReports(burst: number): RateLimits {
  const few = () => createRateLimit({ rate: 1e-6, burst })
  return { ...createRateLimits(200), agent: few(), attempt: few() }
}
