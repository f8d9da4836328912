const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A year: what is longer is a slip of the unit, and the sum of a session's time-outs must stay a safe integer. */
export const LONGEST_DURATION = 365 * 86_400_000

const WHOLE = /^(?:\d{1,15}(?:\.\d{1,9})?(?:ms|s|m|h|d)){1,10}$/
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g

export type DurationResult = { ok: true; milliseconds: number } | { ok: false; message: string }

/** Seconds as a number, or `"30s"`, `"5m"`, `"1h30m"`, to whole milliseconds. */
export function parseDuration(value: unknown): DurationResult {
  const milliseconds = toMilliseconds(value)
  if (milliseconds === null) {
    return { ok: false, message: 'must be a duration: "30s", "5m", "1h30m", or seconds as a number' }
  }
  if (milliseconds > LONGEST_DURATION) return { ok: false, message: 'must not be longer than 365 days' }
  return { ok: true, milliseconds: Math.round(milliseconds) }
}

function toMilliseconds(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value * 1_000 : null
  if (typeof value !== 'string' || !WHOLE.test(value)) return null
  let sum = 0
  for (const [, amount, unit] of value.matchAll(PART)) sum += Number(amount) * (UNITS[unit ?? ''] ?? 0)
  return sum
}
