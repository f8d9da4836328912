import type { Clock } from '../../src/ports/clock.ts'

export interface ManualClock extends Clock {
  /** Moves time on and runs what falls due on the way, in order of time. */
  advance(ms: number): void
  /** How many timers are armed. */
  readonly armed: number
}

/** Time that stands still until it is told to move. */
export function createManualClock(start = 1_000_000): ManualClock {
  let now = start
  const timers = new Set<{ at: number; run: () => void }>()

  function nextDue(until: number) {
    return [...timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0]
  }

  return {
    now: () => now,
    at(at, run) {
      const timer = { at, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(ms) {
      const until = now + ms
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        timers.delete(timer)
        now = Math.max(now, timer.at)
        timer.run()
      }
      now = until
    },
    get armed() {
      return timers.size
    },
  }
}
