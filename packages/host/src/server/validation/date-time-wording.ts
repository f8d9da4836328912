import { parseDateTime } from '../../date-time.ts'
import type { Wording } from './wording.ts'

/**
 * What pydantic says of a text that is no date-time. It tries a date last, so it is the date's flaw that it names; where
 * the date is good, what follows it is too much.
 */
export function dateTimeWording(text: string): Wording {
  if (text.startsWith('0000') && parseDateTime(`0004${text.slice(4)}`) !== undefined) {
    return ['datetime_parsing', 'Input should be a valid datetime, year 0 is out of range']
  }
  const flaw = dateFlaw(text)
  if (flaw !== undefined) return ['datetime_from_date_parsing', `Input should be a valid datetime or date, ${flaw}`]
  return ['datetime_parsing', 'Input should be a valid datetime, input is too short']
}

/** `undefined` for a date. */
function dateFlaw(text: string): string | undefined {
  if (text.length < 10) return 'input is too short'
  if (!/^\d{4}/.test(text)) return 'invalid character in year'
  if (text[4] !== '-') return 'invalid date separator, expected `-`'
  if (!/^\d\d$/.test(text.slice(5, 7))) return 'invalid character in month'
  if (text[7] !== '-') return 'invalid date separator, expected `-`'
  if (!/^\d\d$/.test(text.slice(8, 10))) return 'invalid character in day'
  const month = Number(text.slice(5, 7))
  if (month < 1 || month > 12) return 'month value is outside expected range of 1-12'
  if (parseDateTime(`${text.slice(0, 10)}T00:00`) === undefined) return 'day value is outside expected range'
  return text.length > 10 ? 'unexpected extra characters at the end of the input' : undefined
}
