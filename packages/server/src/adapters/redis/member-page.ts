/** Pages over sorted sets that are ordered by text, several of them taken together. */
import type { PageRequest, StorePage } from '../../ports/store.ts'
import { compareTexts } from '../text-order.ts'
import type { Link } from './link.ts'
import { reply } from './reply.ts'

/** A sorted set, and the partition in which it lies. */
export interface Source {
  key: string
  partition: number
}

export interface Row {
  member: string
  partition: number
}

export interface Bounds {
  /** Members at or above it, and at or below it; absent: all. */
  from?: string
  to?: string
  /** The highest first. */
  reverse?: boolean
}

/** Members looked at in one round beyond the first, where a filter has no index of its own. */
const ROUND = 500
/** Rounds for one page; then it is given out short, with where to go on. Bounds what one request can cost. */
const ROUNDS = 50

/** What sorts after every text that goes on behind `prefix`. */
export const endOf = (prefix: string): string => `${prefix}\u{10ffff}`

/** The first members behind `after`, in order, each once. */
async function firstOf(
  link: Link,
  sources: readonly Source[],
  { from, to, reverse = false }: Bounds,
  { limit, after }: PageRequest,
): Promise<Row[]> {
  const low = !reverse && after !== undefined ? `(${after}` : from === undefined ? '-' : `[${from}`
  const high = reverse && after !== undefined ? `(${after}` : to === undefined ? '+' : `[${to}`
  const range = reverse ? [high, low, 'BYLEX', 'REV'] : [low, high, 'BYLEX']
  const found = await Promise.all(
    sources.map(async ({ key, partition }) => {
      const members = reply.texts(await link.send('ZRANGE', key, ...range, 'LIMIT', 0, limit))
      return members.map((member): Row => ({ member, partition }))
    }),
  )
  if (found.length === 1) return found[0] ?? []
  const rows = found
    .flat()
    .sort((a, b) => (reverse ? compareTexts(b.member, a.member) : compareTexts(a.member, b.member)))
  return rows.filter(({ member }, index) => member !== rows[index - 1]?.member).slice(0, limit)
}

/**
 * A page of what members stand for. `load` gives an item for each row, or `null` where it is not wanted or has gone
 * meanwhile; a page may come out short for that, with where to go on.
 */
export async function memberPage<T>(
  link: Link,
  sources: readonly Source[],
  { limit, after }: PageRequest,
  load: (rows: readonly Row[]) => Promise<readonly (T | null)[]>,
  bounds: Bounds = {},
): Promise<StorePage<T>> {
  const items: T[] = []
  let key = after
  let last: string | null = null
  for (let round = 0; round < ROUNDS; round++) {
    const count = round === 0 ? limit + 1 : ROUND
    const rows = await firstOf(
      link,
      sources,
      bounds,
      key === undefined ? { limit: count } : { limit: count, after: key },
    )
    const loaded = await load(rows)
    for (const [index, { member }] of rows.entries()) {
      const item = loaded[index] ?? null
      key = member
      if (item === null) continue
      if (items.length === limit) return { items, next: last }
      items.push(item)
      last = member
    }
    if (rows.length < count) return { items, next: null }
  }
  return { items, next: key ?? null }
}
