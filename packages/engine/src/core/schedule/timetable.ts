/** When a schedule's times are: of its pattern or interval, without the days that it leaves out. */
import { parseDuration } from '@opscore/contract/time'
import { DomainError } from '../domain-error.ts'
import { cronTimes, type NextTime } from './cron-times.ts'
import { createZone, type Zone } from './zone.ts'

const DAY = 24 * 3_600_000
/** Shorter ones are no schedule, but a loop. In milliseconds. */
const SHORTEST_INTERVAL = 1_000
/** Days in a row that are looked at for one that is not left out. */
const DAYS = 2_000

export interface TimetableSpec {
  cron?: string
  interval?: string | number
  timeZone: string
  exceptDates?: readonly string[]
  jitter: string | number
}

export interface Timetable {
  /** The first time after an instant; `null` where there is none. */
  next: NextTime
  /** When a time fires: later by its share of the jitter, which is always the same. */
  firesAt(nominal: number): number
  /** What a clock of the zone shows, as ISO 8601 with the offset. */
  local(instant: number): string
}

/**
 * `anchor` is a time of the interval: the others are multiples of it away.
 * @throws DomainError `INVALID_SCHEDULE`
 */
export function createTimetable(scheduleId: string, spec: TimetableSpec, anchor: number): Timetable {
  const zone = zoneOf(spec.timeZone)
  const every = timesOf(spec, zone, anchor)
  const excepted = new Set(spec.exceptDates?.map(checkedDate))
  const jitter = durationOf('jitter', spec.jitter)

  function next(after: number): number | null {
    let from = after
    for (let day = 0; day < DAYS; day += 1) {
      const found = every(from)
      if (found === null) return null
      const wall = zone.wall(found)
      if (!excepted.has(new Date(wall).toISOString().slice(0, 10))) return found
      from = Math.max(found, zone.instant(Math.floor(wall / DAY) * DAY + DAY) - 1)
    }
    return null
  }

  return {
    next,
    firesAt: (nominal) => nominal + (jitter === 0 ? 0 : hash(`${scheduleId}/${nominal}`) % (jitter + 1)),
    local: (instant) => localTime(zone, instant),
  }
}

export function durationOf(name: string, value: string | number): number {
  const read = parseDuration(value)
  if (!read.ok) throw new DomainError('INVALID_SCHEDULE', `${name} ${read.message}`)
  return read.milliseconds
}

function checkedDate(date: string): string {
  const read = new Date(`${date}T00:00:00Z`)
  if (!Number.isNaN(read.getTime()) && read.toISOString().startsWith(date)) return date
  throw new DomainError('INVALID_SCHEDULE', `There is no day ${date} to leave out`)
}

function zoneOf(timeZone: string): Zone {
  try {
    return createZone(timeZone)
  } catch {
    throw new DomainError(
      'INVALID_SCHEDULE',
      `There is no time zone "${timeZone}"; an IANA name is meant, as Europe/Berlin`,
    )
  }
}

function timesOf({ cron, interval }: TimetableSpec, zone: Zone, anchor: number): NextTime {
  if ((cron === undefined) === (interval === undefined)) {
    throw new DomainError('INVALID_SCHEDULE', 'Give either cron or interval')
  }
  if (cron !== undefined) {
    try {
      return cronTimes(cron, zone)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new DomainError('INVALID_SCHEDULE', `The cron pattern cannot be read: ${reason}`)
    }
  }
  const length = durationOf('interval', interval ?? 0)
  if (length < SHORTEST_INTERVAL) throw new DomainError('INVALID_SCHEDULE', 'interval must be a second or longer')
  return (after) => anchor + (Math.floor((after - anchor) / length) + 1) * length
}

function localTime(zone: Zone, instant: number): string {
  const minutes = Math.round(zone.offset(instant) / 60_000)
  const two = (value: number) => String(value).padStart(2, '0')
  const size = Math.abs(minutes)
  const text = new Date(zone.wall(instant)).toISOString().slice(0, 19)
  return `${text}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

/** FNV-1a, finished as in murmur3 so that near times are far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
