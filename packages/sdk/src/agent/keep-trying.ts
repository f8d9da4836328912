import { wait } from '@opscore/contract/time'
import { backOff, type RetryPolicy } from '../client/back-off.ts'
import { OpsCoreError } from '../client/ops-core-error.ts'

export interface KeepTryingOptions<T> {
  attempt: () => Promise<T>
  /** Told of each failure; what it throws ends the trying. */
  onFailure: (error: unknown, failures: number) => Promise<void> | void
  signal: AbortSignal
}

/** An agent has nowhere else to go: it tries for as long as it lives, at least every five seconds. */
const AGENT_RETRY: RetryPolicy = {
  maxAttempts: Number.POSITIVE_INFINITY,
  initialInterval: 100,
  maximumInterval: 5_000,
}

/** Resolves with the first success; rejects with what `onFailure` throws, or with the signal's reason. */
export async function keepTrying<T>({ attempt, onFailure, signal }: KeepTryingOptions<T>): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt()
    } catch (error) {
      signal.throwIfAborted()
      await onFailure(error, failures)
      const asked = error instanceof OpsCoreError ? (error.retryAfter ?? 0) : 0
      await wait(Math.max(Math.min(asked, AGENT_RETRY.maximumInterval), backOff(AGENT_RETRY, failures)), { signal })
    }
  }
}
