/** How a call that may be repeated is repeated. Intervals are milliseconds. */
export interface RetryPolicy {
  /** Tries in all, the first one included; 1 repeats nothing. */
  maxAttempts: number
  initialInterval: number
  maximumInterval: number
}

export const DEFAULT_RETRY: RetryPolicy = { maxAttempts: 5, initialInterval: 200, maximumInterval: 5_000 }

/**
 * Milliseconds to wait after `failures` failures in a row: doubling, capped, and between half and the whole of that,
 * so that a fleet which lost its server together does not come back together.
 */
export function backOff(policy: RetryPolicy, failures: number): number {
  const ceiling = Math.min(policy.maximumInterval, policy.initialInterval * 2 ** Math.min(failures - 1, 30))
  return ceiling * (0.5 + Math.random() / 2)
}
