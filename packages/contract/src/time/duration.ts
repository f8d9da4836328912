/**
 * The one grammar of durations: of workflow definitions, settings, options of the command line, and the SDK. A number with
 * its unit, or several in a row, which are added up: `500ms`, `30s`, `1.5h`, `1h30m`, `2d`. Its page is docs/durations.md.
 */
const SECOND = 1_000
const DAY = 86_400_000
/** The largest first. */
const UNITS = new Map([
  ['d', DAY],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', SECOND],
  ['ms', 1],
])

/** A hundred years: what is longer is a slip of the unit, and no date can be reckoned with it. */
const LONGEST = 36_500 * DAY

/** What a text must match; for JSON Schema too. */
export const DURATION_PATTERN = '^(\\d{1,15}(\\.\\d{1,9})?(ms|s|m|h|d)){1,10}$'
const WHOLE = new RegExp(DURATION_PATTERN)
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g
const BARE_NUMBER = /^\d{1,15}(\.\d{1,9})?$/

export type DurationResult = { ok: true; milliseconds: number } | { ok: false; message: string }

/**
 * A duration out of a document that has numbers of its own, where a number is seconds; to whole milliseconds. The message
 * completes "<name> …".
 */
export function parseDuration(value: unknown, { longestDays = LONGEST / DAY } = {}): DurationResult {
  const milliseconds = toMilliseconds(value)
  if (milliseconds === null) {
    return { ok: false, message: 'must be a duration: "30s", "1h30m", "2d", or seconds as a number' }
  }
  if (milliseconds > longestDays * DAY) return { ok: false, message: `must not be longer than ${longestDays} days` }
  return { ok: true, milliseconds: Math.round(milliseconds) }
}

/** The same where all is text, as in the environment and on the command line: `"30"` is 30 seconds. */
export function parseDurationText(text: string): DurationResult {
  return parseDuration(BARE_NUMBER.test(text) ? Number(text) : text)
}

/** As somebody would write it, in the largest unit in which it is a whole number. */
export function printDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s'
  for (const [unit, length] of UNITS) {
    if (milliseconds % length === 0) return `${milliseconds / length}${unit}`
  }
  return `${milliseconds}ms`
}

function toMilliseconds(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value * SECOND : null
  if (typeof value !== 'string' || !WHOLE.test(value)) return null
  let sum = 0
  for (const [, amount, unit = ''] of value.matchAll(PART)) sum += Number(amount) * (UNITS.get(unit) ?? 0)
  return sum
}
