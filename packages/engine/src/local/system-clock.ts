import { startTimer } from '@opscore/contract/time'
import type { Clock } from '../ports/clock.ts'

/**
 * How long a timer sleeps at most before it looks at the clock again. Without a bound one that was armed before the wall
 * clock was set forward, or the machine slept, would be late by as much.
 */
const LONGEST_SLEEP = 60_000

/** The machine's wall clock. `at` never runs before its time, even where a timer fires early or the clock is set back. */
export const systemClock: Clock = {
  now: () => Date.now(),
  at(at, run) {
    let callOff = sleep()
    return () => callOff()

    function sleep(): () => void {
      const left = at - Date.now()
      if (left <= 0) {
        const immediate = setImmediate(run)
        return () => clearImmediate(immediate)
      }
      return startTimer(Math.min(left, LONGEST_SLEEP), wake)
    }

    function wake(): void {
      if (Date.now() >= at) run()
      else callOff = sleep()
    }
  },
}
