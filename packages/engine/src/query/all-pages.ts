import type { PageRequest, StorePage } from '../ports/page.ts'

/** Rows read at once. */
const PAGE = 500

/** Every page of a list, one after the other. */
export async function* allPages<T>(
  read: (page: PageRequest) => Promise<StorePage<T>>,
  limit = PAGE,
): AsyncGenerator<T[]> {
  let after: string | undefined
  do {
    const { items, next } = await read(after === undefined ? { limit } : { limit, after })
    yield items
    after = next ?? undefined
  } while (after !== undefined)
}
