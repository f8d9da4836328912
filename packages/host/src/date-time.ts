// Bounded repetition only, so that no input makes it backtrack.
const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)[Tt _](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,30}))?)?(?:([Zz])|([+\-\u2212])(\d\d):?(\d\d))?$/

const DAYS_OF_MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

// What agents print, on a day that every month has: it needs no arithmetic to be sure of.
const USUAL =
  /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** Whether `parseDateTime` reads it. Every report of every agent is asked this, so the usual case does not read it. */
export function isDateTime(text: string): boolean {
  return USUAL.test(text) || parseDateTime(text) !== undefined
}

/**
 * Reads an ISO 8601 date-time as pydantic does: `T`, a blank or `_`, seconds optional, with fractional digits, an offset of
 * `Z`, `+hh:mm` or `+hhmm` whose minus may be the real one (U+2212). Without an offset it is UTC, since the agents that
 * leave it out print UTC.
 * Returns milliseconds since the epoch, or `undefined` where it is no date-time.
 */
export function parseDateTime(text: string): number | undefined {
  const parts = DATE_TIME.exec(text)
  if (parts === null) return undefined
  const part = (index: number) => Number(parts[index] ?? 0)
  const [year, month, day] = [part(1), part(2), part(3)]
  const [hour, minute, second] = [part(4), part(5), part(6)]
  if (year < 1 || hour > 23 || minute > 59 || second > 59 || !isDay(year, month, day)) return undefined
  const offset = offsetMinutes(parts[9], parts[10], parts[11])
  if (offset === undefined) return undefined
  const milliseconds = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3))
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute - offset, second, milliseconds)
  return date.getTime()
}

function isDay(year: number, month: number, day: number): boolean {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day >= 1 && day <= (DAYS_OF_MONTHS[month - 1] ?? 0) + (leap ? 1 : 0)
}

function offsetMinutes(sign: string | undefined, hours = '0', minutes = '0'): number | undefined {
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined
  const total = Number(hours) * 60 + Number(minutes)
  return sign === '+' ? total : -total
}
