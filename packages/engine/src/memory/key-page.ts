import type { PageRequest, StorePage } from '../ports/page.ts'
import { pageOf, type Weighed } from '../store-kit/page.ts'
import { compareTexts } from '../store-kit/text-order.ts'

/**
 * A page of what is already in order. `keyOf` names a row for the next page; `passed` tells whether a row lies at or
 * before such a key, so that a page goes on rightly though that very row may be gone.
 */
export function keyPage<R, T>(
  ordered: readonly R[],
  { limit, after }: PageRequest,
  source: {
    keyOf: (row: R) => string
    passed: (row: R, key: string) => boolean
    read: (row: R) => Weighed<T>
  },
): StorePage<T> {
  const rows = after === undefined ? ordered : ordered.filter((row) => !source.passed(row, after))
  return pageOf(rows, limit, source)
}

/** `keyPage` of texts that are their own keys, in their order. */
export const textPage = <T>(
  ordered: readonly string[],
  page: PageRequest,
  read: (text: string) => Weighed<T>,
): StorePage<T> => keyPage(ordered, page, { keyOf: String, passed: (text, key) => compareTexts(text, key) <= 0, read })
