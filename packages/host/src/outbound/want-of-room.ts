import type { IncomingHttpHeaders } from 'node:http'

/** Too Many Requests, Service Unavailable: whoever answers so has no room at the moment, and has not taken the request. */
const NO_ROOM = new Set([429, 503])

export const isWantOfRoom = (status: number): boolean => NO_ROOM.has(status)

/** A time as `Date` prints it in UTC, which is HTTP's own form (RFC 9110, 5.6.7); the two obsolete forms are not read. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

/**
 * The pause that an answer's `Retry-After` names, in milliseconds and never negative; `null` where it names none that can be
 * read. A date is taken against the answer's own `Date`, so that two clocks that differ do not matter.
 */
export function retryAfterOf(headers: IncomingHttpHeaders, now = Date.now()): number | null {
  const text = headers['retry-after']?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const at = timeOf(text)
  return at === null ? null : Math.max(0, at - (timeOf(headers.date) ?? now))
}

function timeOf(text: string | undefined): number | null {
  if (text === undefined || !HTTP_DATE.test(text)) return null
  const time = Date.parse(text)
  return Number.isNaN(time) ? null : time
}
