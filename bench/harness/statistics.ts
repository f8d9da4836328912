/** The middle value; the mean of the two middle ones where their number is even. */
function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('No median of nothing')
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return (low + high) / 2
}

/** The smallest value that `share` of all values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
  if (value === undefined) throw new Error('No percentile of nothing')
  return value
}

export interface Spread {
  median: number
  min: number
  max: number
}

/** A median never stands alone: on a shared machine the range says how far it is to be believed. */
export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}
