/** Time, randomness and ids of a simulation. Nothing in it looks at the real clock, so a seed replays exactly. */
import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../src/ports/clock.ts'
import type { Ids } from '../../src/ports/ids.ts'

export interface Dice {
  /** Uniform in [0, 1). */
  next(): number
  chance(probability: number): boolean
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  pick<T>(from: readonly T[]): T
}

/** mulberry32: small, seeded, good enough to choose faults by. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick(from) {
      const picked = from[between(0, from.length - 1)]
      if (picked === undefined) throw new Error('Nothing to pick from')
      return picked
    },
  }
}

/** Dice that a name always throws alike: what an agent does with an attempt must not depend on when it is asked. */
export function diceOf(seed: number, name: string): Dice {
  let hash = seed ^ 0x811c9dc5
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return createDice(hash)
}

interface Timer {
  at: number
  order: number
  run: () => void
}

export interface VirtualClock extends Clock {
  sleep(ms: number): Promise<void>
  /** Runs what falls due, one timer at a time, until `done` holds or `until` is reached. */
  runUntil(until: number, done?: () => boolean): Promise<void>
  /** Lets time pass until `work` has ended. */
  watch(work: Promise<void>): Promise<void>
}

/** Time moves only from timer to timer, and only once everything that the last one set off has come to rest. */
export function createVirtualClock(start: number): VirtualClock {
  let now = start
  let order = 0
  const timers = new Set<Timer>()

  function takeFirst(until: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of timers) {
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer
    }
    if (!first || first.at > until) return undefined
    timers.delete(first)
    return first
  }

  const at: Clock['at'] = (time, run) => {
    const timer = { at: time, order: ++order, run }
    timers.add(timer)
    return () => timers.delete(timer)
  }

  async function runUntil(until: number, done = () => false): Promise<void> {
    await setImmediate()
    while (!done()) {
      const timer = takeFirst(until)
      if (!timer) {
        now = Math.max(now, until)
        return
      }
      now = Math.max(now, timer.at)
      timer.run()
      await setImmediate()
    }
  }

  return {
    now: () => now,
    at,
    sleep: (ms) => new Promise((resolve) => at(now + ms, resolve)),
    runUntil,
    async watch(work) {
      let ended = false
      const end = work.finally(() => {
        ended = true
      })
      await runUntil(Number.MAX_SAFE_INTEGER, () => ended)
      await end
    },
  }
}

export interface WallClock extends Clock {
  /** Somebody sets the clock: what it shows jumps, what was to happen in a while still happens in that while. */
  step(ms: number): void
}

/** What the clock on the wall shows: it steps, timers run by the time that really passes. */
export function createWallClock(real: Clock): WallClock {
  let offset = 0
  const now = () => real.now() + offset
  return {
    now,
    at: (at, run) => real.at(real.now() + Math.max(0, at - now()), run),
    step(ms) {
      offset += ms
    },
  }
}

/**
 * Ids that look like UUIDv7 to whoever parses them, and come in the order in which they were made. The last three digits
 * are left for whoever puts the place of something there.
 */
export function createSeededIds(dice: Dice): Ids {
  let made = 0
  return {
    random: dice.next,
    uuid() {
      made += 1
      return `00000000-0000-7000-8000-${made.toString(16).padStart(9, '0')}000`
    },
  }
}
