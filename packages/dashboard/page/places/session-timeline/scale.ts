/** A part of time that is looked at; milliseconds of the epoch. */
export interface Range {
  from: number
  to: number
}

/** Where a moment lies in a range: 0 at its beginning, 1 at its end. */
export const placeIn = ({ from, to }: Range, moment: number): number => (moment - from) / (to - from)

/** Closer by a factor above 1, with what lies at `at` (0 to 1) left where it is; never beyond `whole`, nor closer than a millisecond a pixel. */
export function zoomed({ from, to }: Range, factor: number, at: number, whole: Range): Range {
  const span = Math.min(whole.to - whole.from, Math.max(LEAST, (to - from) / factor))
  const start = from + (to - from) * at - span * at
  return moved({ from: start, to: start + span }, 0, whole)
}

const LEAST = 200

/** The same length of time, later by a part of itself. */
export function moved({ from, to }: Range, part: number, whole: Range): Range {
  const span = to - from
  const start = Math.min(Math.max(from + span * part, whole.from), whole.to - span)
  return { from: start, to: start + span }
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3]
const HOURS = [1, 2, 3, 6, 12, 24, 48, 168].map((hours) => hours * 3_600_000)

/** Round moments after `start` to write on an axis, at most `count`. */
export function ticksOf(range: Range, start: number, count: number): number[] {
  const span = range.to - range.from
  const step = [...STEPS, ...HOURS].find((each) => span / each <= count) ?? span
  const first = Math.ceil((range.from - start) / step)
  const last = Math.floor((range.to - start) / step)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step)
}
