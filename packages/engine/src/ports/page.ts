/** How lists are asked for and answered, a page at a time. */

export interface PageRequest {
  limit: number
  /** The `next` of the page before. */
  after?: string
}

/**
 * `next` is the key to go on from, or `null` at the end. A page may be short of `limit` and still have a `next`, as it
 * ends with its weight too (`PAGE_CHARACTERS`).
 */
export interface StorePage<T> {
  items: T[]
  next: string | null
}
