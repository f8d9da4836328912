/** Each bucket ends by this factor above the one before; `GROWTH` of `scenarios/record.py` is the same. */
const GROWTH = 1.02

/** Durations in milliseconds, each known to two hundredths. */
export interface Histogram {
  readonly count: number
  add(buckets: Readonly<Record<string, number>>, total: number, longest: number): void
  average(): number
  /** The duration that `share` of all do not exceed. `NaN` where there is none. */
  percentile(share: number): number
  longest(): number
}

export function createHistogram(): Histogram {
  const buckets = new Map<number, number>()
  let count = 0
  let total = 0
  let longest = 0
  return {
    get count() {
      return count
    },
    add(more, milliseconds, slowest) {
      for (const [bucket, number] of Object.entries(more)) {
        buckets.set(Number(bucket), (buckets.get(Number(bucket)) ?? 0) + number)
        count += number
      }
      total += milliseconds
      longest = Math.max(longest, slowest)
    },
    average: () => total / count,
    percentile(share) {
      if (count === 0) return Number.NaN
      let passed = 0
      for (const bucket of [...buckets.keys()].sort((a, b) => a - b)) {
        passed += buckets.get(bucket) ?? 0
        // The slowest is known exactly, and no share of all can be slower.
        if (passed >= count * share) return Math.min(GROWTH ** bucket, longest)
      }
      return longest
    },
    longest: () => longest,
  }
}
