/** The place of the first of an ordered list that is not before what is looked for; the list's length where all are. Looks at the last one first. */
export function placeInOrder<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let [from, to] = [0, items.length]
  for (let at = to - 1; from < to; at = (from + to) >> 1) {
    const item = items[at]
    if (item !== undefined && isBefore(item)) from = at + 1
    else to = at
  }
  return from
}
