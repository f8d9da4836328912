import type { AggregateRef, WakeUp } from './store.ts'

/** Of a queue of several processes, in milliseconds: longer than their rounds are apart (engine/upkeep.ts). */
export const SHARED_HORIZON = 60_000

/** What is to be done again and again by one of several processes. It says itself what went wrong. */
export interface Round {
  name: string
  /** In milliseconds. */
  interval: number
  run: () => Promise<void>
}

/**
 * Says whom to look at, and when; never what is true. A wake-up may come late, twice, early or for a version that has
 * passed: looking at an aggregate without need changes nothing.
 */
export interface WakeQueue {
  /**
   * How far ahead it has to know what is due, in milliseconds: what it forgets, or never took because it is due later, a
   * round brings back from the store in time (engine/recover.ts).
   */
  readonly horizon: number
  /**
   * Asks to be woken, at once where its time has come, and not at all where that lies beyond the horizon; a later call
   * for the same aggregate with a higher version replaces the earlier one.
   */
  schedule(wake: WakeUp): void
  /** Takes back what was asked for. */
  cancel(aggregate: AggregateRef): void
  start(handler: (wake: WakeUp) => Promise<void>): void
  /** Runs the round once in each interval, in one of all processes that ask for it by this name, until it is closed. */
  every(round: Round): void
  /** Hands out nothing more; resolves when handlers and rounds that are under way here have ended. */
  close(): Promise<void>
}
