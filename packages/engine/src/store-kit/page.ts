import type { StorePage } from '../ports/page.ts'
import { PAGE_CHARACTERS } from '../ports/store.ts'

/** An item, and how many characters of stored text it was read from. */
export interface Weighed<T> {
  item: T
  characters: number
}

/** A page as it fills, bounded as `StorePage` says: by number and by weight. */
export interface PageDraft<T> {
  readonly items: number
  /** What comes now belongs to the next page. */
  readonly full: boolean
  /** `key`: where to go on behind this item. */
  add(found: Weighed<T>, key: string): void
  /** There is more: behind `key` where one is given, else behind the last item. */
  cut(key?: string): StorePage<T>
  /** There is no more. */
  end(): StorePage<T>
}

export function createPageDraft<T>(limit: number): PageDraft<T> {
  const items: T[] = []
  let weight = 0
  let last: string | null = null
  return {
    get items() {
      return items.length
    },
    get full() {
      return items.length >= limit || weight >= PAGE_CHARACTERS
    },
    add({ item, characters }, key) {
      items.push(item)
      weight += characters
      last = key
    },
    cut: (key) => ({ items, next: key ?? last }),
    end: () => ({ items, next: null }),
  }
}

/** A page of rows that come in order from where it begins; of those beyond it, one is asked for. */
export function pageOf<R, T>(
  rows: Iterable<R>,
  limit: number,
  { keyOf, read }: { keyOf: (row: R) => string; read: (row: R) => Weighed<T> },
): StorePage<T> {
  const page = createPageDraft<T>(limit)
  for (const row of rows) {
    if (page.full) return page.cut()
    page.add(read(row), keyOf(row))
  }
  return page.end()
}

/** What is so small that its number alone bounds a page. */
export const light = <T>(item: T): Weighed<T> => ({ item, characters: 0 })
