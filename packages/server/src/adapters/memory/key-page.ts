import type { PageRequest, StorePage } from '../../ports/store.ts'

/**
 * A page of what is already in order. `keyOf` names an item for the next page; `passed` tells whether an item lies at or
 * before such a key, so that a page goes on rightly though that very item may be gone.
 */
export function keyPage<T>(
  ordered: Iterable<T>,
  { limit, after }: PageRequest,
  keyOf: (item: T) => string,
  passed: (item: T, key: string) => boolean,
): StorePage<T> {
  const items: T[] = []
  for (const item of ordered) {
    if (after !== undefined && passed(item, after)) continue
    const last = items.at(-1)
    if (items.length >= limit) return { items, next: last === undefined ? null : keyOf(last) }
    items.push(item)
  }
  return { items, next: null }
}
