import { type RefObject, useLayoutEffect, useRef } from 'react'

/**
 * Rows that come or go above do not move what one reads: the first row in sight stays where it is. At the top, one wants to see what comes.
 */
export function useSteadyView<T>(
  scroller: RefObject<HTMLElement | null>,
  rows: readonly T[],
  keyOf: (row: T) => string,
  rowHeight: number,
): void {
  const seen = useRef<readonly T[]>(undefined)
  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return
    const before = seen.current
    const top = Math.floor(element.scrollTop / rowHeight)
    if (before !== undefined && before !== rows && top > 0) {
      const old = before[top]
      const moved = old === undefined ? 0 : shiftOf(rows, keyOf(old), keyOf, top)
      if (moved !== 0) element.scrollTop += moved * rowHeight
    }
    seen.current = rows
  }, [scroller, rows, keyOf, rowHeight])
}

/** By how many rows the row of this key lies further down than before; 0 where it is gone. */
function shiftOf<T>(rows: readonly T[], key: string, keyOf: (row: T) => string, before: number): number {
  const here = rows[before]
  if (here !== undefined && keyOf(here) === key) return 0
  const found = rows.findIndex((row) => keyOf(row) === key)
  return found < 0 ? 0 : found - before
}
