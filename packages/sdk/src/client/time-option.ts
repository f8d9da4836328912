import { parseDuration } from '@opscore/contract/time'

/** Milliseconds, or a duration such as `'30s'` or `'1h30m'` (docs/durations.md). */
export type TimeOption = number | string

/** An option's milliseconds. @throws TypeError where it is no time */
export function readTime(name: string, option: TimeOption): number {
  if (typeof option === 'number') {
    if (option >= 0) return option
    throw new TypeError(`${name} must be a number of milliseconds, at least 0; it is ${option}.`)
  }
  // A number in JavaScript is milliseconds here; the grammar's own message speaks of seconds.
  const parsed = parseDuration(String(option))
  if (parsed.ok) return parsed.milliseconds
  throw new TypeError(`${name} must be milliseconds, or a duration such as "30s" or "1h30m"; it is "${option}".`)
}
