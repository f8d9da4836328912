import type { OverviewSeries } from '@opscore/contract'

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

/** The minute that a place in a series stands for, in words. */
export function minuteNames({ from, bucketSeconds }: OverviewSeries): (index: number) => string {
  const start = Date.parse(from)
  return (index) => CLOCK.format(start + index * bucketSeconds * 1_000)
}
