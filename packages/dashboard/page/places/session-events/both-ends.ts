/** A history that is read from both its ends: what is known of it, in order, with a gap where the two do not meet yet. */
import type { OpsEvent } from '@opscore/contract'

/** Stands where events are not read yet. */
export const GAP = 'gap'
export type HistoryRow = OpsEvent | typeof GAP

/** `head` begins with the oldest event, `tail` with the newest one. */
export function joined(head: readonly OpsEvent[], isHeadWhole: boolean, tail: readonly OpsEvent[]): HistoryRow[] {
  if (isHeadWhole) return [...head]
  const last = head.at(-1)
  const upwards = tail.toReversed()
  const first = upwards[0]
  if (first === undefined) return [...head, GAP]
  if (last === undefined) return [GAP, ...upwards]
  // A session's events lie in one partition, in the order of their places.
  if (placeOf(first) > placeOf(last)) return [...head, GAP, ...upwards]
  return [...head, ...upwards.filter((event) => placeOf(event) > placeOf(last))]
}

const placeOf = ({ id }: OpsEvent): number => Number(id.slice(id.indexOf('-') + 1))
