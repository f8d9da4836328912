import { describe, expect, it } from 'vitest'
import { cronTimes, type NextTime } from '../../../src/core/schedule/cron-times.ts'
import { createZone } from '../../../src/core/schedule/zone.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const FROM = Date.UTC(2020, 0, 1)
const UNTIL = Date.UTC(2030, 0, 1)
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Kolkata',
  'Africa/Cairo',
  'America/Santiago',
  'Pacific/Chatham',
]

/** What a clock of the zone shows, by another way than the code under test. */
function clockOf(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  return (instant) => Date.parse(`${format.format(instant).replace(' ', 'T')}Z`)
}

/** Moments at which the offset changes, found hour by hour, then minute by minute. */
function changesOf(clock: (instant: number) => number): number[] {
  const offset = (at: number) => clock(at) - at
  const found: number[] = []
  for (let day = FROM; day < UNTIL; day += DAY) {
    if (offset(day) === offset(day + DAY)) continue
    let at = day
    while (offset(at) === offset(day)) at += MINUTE
    found.push(at)
  }
  return found
}

function between(next: NextTime, from: number, to: number): number[] {
  const found: number[] = []
  for (let at = next(from - 1); at !== null && at < to; at = next(at)) found.push(at)
  return found
}

interface Window {
  change: number
  from: number
  to: number
}

/** Every minute around a change, with what the clock shows then. */
function* minutes({ from, to }: Window, clock: (instant: number) => number): Generator<[number, number]> {
  for (let at = from; at < to; at += MINUTE) yield [at, clock(at)]
}

const isAt = (wall: number, hours: readonly number[] | null, minute: readonly number[]): boolean => {
  const date = new Date(wall)
  return minute.includes(date.getUTCMinutes()) && (hours === null || hours.includes(date.getUTCHours()))
}

describe.each(ZONES)('on the clock of %s over ten years', (timeZone) => {
  const clock = clockOf(timeZone)
  const windows = changesOf(clock).map((change) => ({ change, from: change - 5 * HOUR, to: change + 5 * HOUR }))
  const zone = createZone(timeZone)

  it('a pattern that names hours fires once for each time of the clock, and one that is left out as much later', () => {
    const hours = [0, 1, 2, 3, 4]
    const next = cronTimes('0,15,45 0-4 * * *', zone)
    for (const window of windows) {
      const expected = new Set<number>()
      const shown = new Set<number>()
      for (const [at, wall] of minutes(window, clock)) {
        if (!shown.has(wall) && isAt(wall, hours, [0, 15, 45])) expected.add(at)
        shown.add(wall)
      }
      const last = clock(window.change - MINUTE) + MINUTE
      for (let wall = last; wall < clock(window.change); wall += MINUTE) {
        if (isAt(wall, hours, [0, 15, 45])) expected.add(window.change + (wall - last))
      }
      expect(between(next, window.from, window.to)).toEqual([...expected].sort((a, b) => a - b))
    }
  })

  it('a pattern for every hour fires whenever the clock shows such a time, twice where it shows it twice', () => {
    const next = cronTimes('*/15 * * * *', zone)
    for (const window of windows) {
      const expected = [...minutes(window, clock)].filter(([, wall]) => isAt(wall, null, [0, 15, 30, 45]))
      expect(between(next, window.from, window.to)).toEqual(expected.map(([at]) => at))
    }
  })

  it('a daily time comes once a day, every day', () => {
    const next = cronTimes('30 2 * * *', zone)
    const days = between(next, FROM, UNTIL).map((at) => new Date(clock(at)).toISOString().slice(0, 10))
    expect(new Set(days).size).toBe(days.length)
    expect(days.length).toBeGreaterThanOrEqual((UNTIL - FROM) / DAY - 1)
  })
})

it('changes of the clock were among what was tried', () => {
  const changes = (timeZone: string) => changesOf(clockOf(timeZone)).length
  expect(changes('Europe/Berlin')).toBe(20)
  expect(changes('Australia/Lord_Howe')).toBe(20)
  expect(changes('Africa/Casablanca')).toBeGreaterThan(10)
})

it('a pattern for a time that never comes has none', () => {
  expect(cronTimes('0 0 31 2 *', createZone('UTC'))(FROM)).toBeNull()
  expect(cronTimes('0 * 31 2 *', createZone('Europe/Berlin'))(FROM)).toBeNull()
})

it('a pattern with an hour that is open and a day far away comes at its first minute', () => {
  const next = cronTimes('0 * 1 1 *', createZone('Europe/Berlin'))
  expect(next(Date.UTC(2026, 6, 1))).toBe(Date.UTC(2026, 11, 31, 23))
})
