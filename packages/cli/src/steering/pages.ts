import type { Page } from '@opscore/contract'

/** What Ops-Core hands out at once. */
const PAGE = 200

/** The first `limit` items of a list, page by page. */
export async function readUpTo<T>(
  limit: number,
  load: (page: { limit: number; cursor?: string }) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const size = Math.min(PAGE, limit - items.length)
    const page: Page<T> = await load({ limit: size, ...(cursor === null ? {} : { cursor }) })
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null && items.length < limit)
  return items
}
