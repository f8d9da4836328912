/** Each class is wider than the one before by this: a quantile is within 5 % of the truth. */
const GROWTH = 1.1
/** The upper end of the first class, in milliseconds. */
const FIRST = 1
const CLASSES = 200

/** Durations by classes that grow with them: a thousand or a million of them take the same memory. */
export interface LatencyHistogram {
  /** In milliseconds. */
  add(duration: number): void
  /** The duration that the share `quantile` stays within; `null` where there is none. */
  quantile(quantile: number): number | null
}

export function createLatencyHistogram(): LatencyHistogram {
  const counts = new Uint32Array(CLASSES)
  let total = 0
  return {
    add(duration) {
      const place =
        duration <= FIRST ? 0 : Math.min(CLASSES - 1, Math.ceil(Math.log(duration / FIRST) / Math.log(GROWTH)))
      counts[place] = (counts[place] ?? 0) + 1
      total += 1
    },
    quantile(quantile) {
      if (total === 0) return null
      let left = Math.ceil(total * quantile)
      for (const [place, count] of counts.entries()) {
        left -= count
        if (left <= 0) return place === 0 ? FIRST : Math.round(middleOf(place) * 10) / 10
      }
      return null
    },
  }
}

/** Of a class, so that no value in it is farther from this than half of its width. */
const middleOf = (place: number): number => FIRST * GROWTH ** (place - 0.5)
