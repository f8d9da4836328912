/** Pages over sorted sets that are ordered by text, several of them taken together. */
import type { PageRequest, StorePage } from '@opscore/engine/store'
import { compareTexts, createPageDraft, type Weighed } from '@opscore/engine/store'
import type { Link } from '../link/link.ts'
import { reply } from '../link/reply.ts'

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

/** Loaded at once, as each may have 256 KiB, and a page may be full long before the last of them. */
const AT_ONCE = 32

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

/** What members stand for. */
export interface Members<T> {
  /** Those that are wanted, where the sources have others too. */
  wanted?: (row: Row) => Promise<boolean>
  /** `null` where it has gone meanwhile. */
  load: (row: Row) => Promise<Weighed<T> | null>
  /** So many are loaded at once; 32 unless said. */
  atOnce?: number
}

/** A page of what members stand for; it may come out short where many are not wanted, with where to go on. */
export async function memberPage<T>(
  link: Link,
  sources: readonly Source[],
  { limit, after }: PageRequest,
  { wanted, load, atOnce = AT_ONCE }: Members<T>,
  bounds: Bounds = {},
): Promise<StorePage<T>> {
  const page = createPageDraft<T>(limit)
  let key = after
  for (let round = 0; round < ROUNDS; round++) {
    const count = round === 0 ? limit + 1 : ROUND
    const rows = await firstOf(
      link,
      sources,
      bounds,
      key === undefined ? { limit: count } : { limit: count, after: key },
    )
    const chosen = wanted ? await chosenOf(rows, wanted) : rows
    for (let from = 0; from < chosen.length; from += atOnce) {
      const some = chosen.slice(from, from + atOnce)
      const loaded = await Promise.all(some.map(load))
      for (const [index, { member }] of some.entries()) {
        const found = loaded[index]
        if (!found) continue
        if (page.full) return page.cut()
        page.add(found, member)
      }
    }
    if (rows.length < count) return page.end()
    key = rows.at(-1)?.member
  }
  return page.cut(key)
}

async function chosenOf(rows: Row[], wanted: (row: Row) => Promise<boolean>): Promise<Row[]> {
  const chosen = await Promise.all(rows.map(wanted))
  return rows.filter((_, index) => chosen[index])
}
