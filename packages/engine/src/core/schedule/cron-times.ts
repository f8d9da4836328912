/**
 * The times of a cron pattern on the clock of a zone. `croner` knows what the pattern means; what the zone's clock does is
 * reckoned here, as it leaves an hour out where clocks go back.
 *
 * 1. A pattern that names its hours fires once for each wall time: the first time that clocks show it. A wall time that is left
 *    out fires as much later as the clocks go forward, and together with one that stands there anyway.
 * 2. A pattern for every hour (`*`) fires whenever the clocks show such a time: twice where they show it twice.
 */
import { Cron } from 'croner'
import { AROUND, type Zone } from './zone.ts'

/** The first time after an instant; `null` where there is none. */
export type NextTime = (after: number) => number | null

const FIELDS = 5

/** @throws Error where the pattern is none */
export function cronTimes(pattern: string, zone: Zone): NextTime {
  const fields = pattern.trim().split(/\s+/)
  if (fields.length !== FIELDS)
    throw new Error(`A cron pattern has ${FIELDS} fields: minute, hour, day, month, weekday`)
  const cron = new Cron(fields.join(' '), { timezone: 'UTC', paused: true })
  const nextWall = (after: number) => cron.nextRun(new Date(after))?.getTime() ?? null
  return fields[1] === '*' ? everyHour(nextWall, zone) : namedHours(nextWall, zone)
}

function namedHours(nextWall: NextTime, zone: Zone): NextTime {
  return (after) => {
    const steady = zone.offset(after - AROUND) === zone.offset(after)
    let wall = zone.wall(after) - (steady ? 0 : AROUND)
    let best: number | null = null
    // A time that was left out may come later than one that follows it.
    while (best === null || wall < zone.wall(best)) {
      const next = nextWall(wall)
      if (next === null) return best
      wall = next
      const instant = zone.instant(wall)
      if (instant > after && (best === null || instant < best)) best = instant
      if (best !== null && zone.offset(best - AROUND) === zone.offset(best)) return best
    }
    return best
  }
}

function everyHour(nextWall: NextTime, zone: Zone): NextTime {
  return function next(after) {
    const offset = zone.offset(after)
    const wall = nextWall(after + offset)
    if (wall === null) return null
    const instant = wall - offset
    if (instant - after > 2 * AROUND) return next(instant - AROUND)
    if (zone.offset(instant) === offset) return instant
    const change = zone.change(after, instant)
    const then = nextWall(zone.wall(change) - 1000)
    return then === null ? null : then - zone.offset(change)
  }
}
