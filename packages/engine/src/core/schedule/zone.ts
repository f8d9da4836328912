/**
 * Wall clocks. A wall time is the milliseconds of `Date.UTC` of what a clock of the zone shows; an instant is epoch milliseconds.
 *
 * Zones change their offset by at most a day, and no two changes lie within `AROUND` of each other.
 */
const HOUR = 3_600_000
export const AROUND = 26 * HOUR

export interface Zone {
  /** What is added to an instant to get its wall time, in milliseconds. */
  offset(instant: number): number
  wall(instant: number): number
  /**
   * When a clock shows the wall time for the first time. One that is left out where clocks go forward comes as much later as
   * they go forward.
   */
  instant(wall: number): number
  /** The first instant after `from`, up to `to`, that has the offset of `to`; the two have different ones. */
  change(from: number, to: number): number
}

/** @throws RangeError where there is no such zone */
export function createZone(timeZone: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })

  function wall(instant: number): number {
    const found = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0 }
    for (const { type, value } of format.formatToParts(instant)) {
      if (Object.hasOwn(found, type)) Reflect.set(found, type, Number(value))
    }
    const { year, month, day, hour, minute, second } = found
    return Date.UTC(year, month - 1, day, hour, minute, second) + (instant - Math.floor(instant / 1000) * 1000)
  }

  const offset = (instant: number): number => wall(instant) - instant

  return {
    offset,
    wall,
    instant(wallTime) {
      const before = offset(wallTime - AROUND)
      const after = offset(wallTime + AROUND)
      const first = wallTime - before
      if (before === after || offset(first) === before) return first
      const second = wallTime - after
      return offset(second) === after ? second : first
    },
    change(from, to) {
      const wanted = offset(to)
      let [low, high] = [from, to]
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2)
        if (offset(middle) === wanted) high = middle
        else low = middle
      }
      return high
    },
  }
}
