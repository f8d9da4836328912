import { type DurationResult, parseDuration as parse } from '@opscore/contract/time'

/** A year: what is longer is a slip of the unit, and the sum of a session's time-outs must stay a safe integer. */
const LONGEST_DAYS = 365

/** A duration of the language, to whole milliseconds. */
export const parseDuration = (value: unknown): DurationResult => parse(value, { longestDays: LONGEST_DAYS })
