import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PageRequest, StorePage } from '@opscore/engine/store'
import { createPageDraft, type Weighed } from '@opscore/engine/store'

/** Rows looked at in one turn of the event loop: two milliseconds or so. */
const ROWS_PER_TURN = 1_000
/** Turns for one page; then it is given out short, with where to go on. Bounds what one request can cost. */
const TURNS_PER_PAGE = 50

/**
 * A page of those rows that match a filter that no index serves. It looks at rows in order of their keys, a slice a
 * turn, so that a rare match among a million neither stalls the others nor ends in an endless request. A short page may
 * come of it, with a `next`.
 */
export async function scanPage<R, T>(
  { limit, after }: PageRequest,
  source: {
    /** Rows in order behind the key. */
    open: (after: string | undefined) => Iterable<R>
    keyOf: (row: R) => string
    matches: (row: R) => boolean
    /** The item of a row that matches; `null` where it has gone meanwhile. */
    load: (row: R) => Weighed<T> | null
  },
): Promise<StorePage<T>> {
  const page = createPageDraft<T>(limit)
  let key = after
  for (let turn = 0; turn < TURNS_PER_PAGE; turn++) {
    if (turn > 0) await nextTurn()
    const matching: R[] = []
    let rows = 0
    let over = true
    for (const row of source.open(key)) {
      rows += 1
      key = source.keyOf(row)
      if (source.matches(row)) matching.push(row)
      over = rows < ROWS_PER_TURN && page.items + matching.length <= limit
      if (!over) break
    }
    for (const row of matching) {
      if (page.full) return page.cut()
      const item = source.load(row)
      if (item === null) continue
      page.add(item, source.keyOf(row))
    }
    if (over) return page.end()
  }
  return page.cut(key)
}
