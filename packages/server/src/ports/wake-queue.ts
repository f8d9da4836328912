import type { AggregateRef, WakeUp } from './store.ts'

/**
 * Says whom to look at, and when; never what is true. A wake-up may come late, twice or for a version that has passed:
 * looking at an aggregate without need changes nothing.
 */
export interface WakeQueue {
  /**
   * Asks to be woken, at once where its time has come; a later call for the same aggregate with a higher version replaces
   * the earlier one.
   */
  schedule(wake: WakeUp): void
  /** Takes back what was asked for. */
  cancel(aggregate: AggregateRef): void
  start(handler: (wake: WakeUp) => Promise<void>): void
  close(): Promise<void>
}
