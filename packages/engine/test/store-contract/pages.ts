import type { PageRequest, StorePage } from '../../src/ports/page.ts'

/** All items of a list, page by page; fails where it does not end. */
export async function everyPage<T>(
  read: (page: PageRequest) => Promise<StorePage<T>>,
  limit = 2,
  between: () => Promise<void> = async () => {},
): Promise<T[]> {
  const items: T[] = []
  let after: string | undefined
  for (let pages = 0; pages < 1_000; pages++) {
    const page = await read({ limit, ...(after === undefined ? {} : { after }) })
    if (page.items.length > limit) throw new Error(`A page of ${limit} has ${page.items.length} items`)
    items.push(...page.items)
    if (page.next === null) return items
    after = page.next
    await between()
  }
  throw new Error('The list has no end')
}
