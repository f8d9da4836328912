/**
 * What a store holds, as far as it must be the same on both sides: for each kind how many there are, and a hash over all of
 * them in which their order counts for nothing, as the two sides list them otherwise. It is the sum of the hashes of each:
 * one that is missing, doubled or different changes it, and nothing has to be held in memory for it.
 */
import { hash } from 'node:crypto'

const KINDS = [
  'agents',
  'routing entries',
  'sessions',
  'events',
  'links of agent histories',
  'events of session histories',
  'uses of definitions',
  'waiters',
  'effects',
  'wake-ups',
  'once-records',
  'workflows',
  'api keys',
  'records',
] as const
export type Kind = (typeof KINDS)[number]

export interface Tally {
  kind: Kind
  count: number
  /** SHA-256, in hex. */
  hash: string
}

type Cell = string | number | null

export interface Content {
  /** Takes in one thing by all that it is, or several that are alike; `count` is how many of them are counted. */
  add(kind: Kind, cells: readonly Cell[], several?: { times: number; count: number }): void
  /** Of each kind. */
  tallies(): Tally[]
}

const MODULUS = 1n << 256n
const ONE = { times: 1, count: 1 }

export function createContent(): Content {
  const sums = createSums(KINDS)
  return {
    add: (kind, cells, several) => sums.add(kind, JSON.stringify(cells), several),
    tallies: sums.tallies,
  }
}

/** Counts texts of these kinds, with the sum of their hashes. */
export function createSums<K extends string>(kinds: readonly K[]) {
  const sums = new Map<K, { count: number; sum: bigint }>(kinds.map((kind) => [kind, { count: 0, sum: 0n }]))
  return {
    add(kind: K, text: string, { times, count } = ONE): void {
      const known = sums.get(kind)
      if (!known) return
      known.count += count
      known.sum += BigInt(`0x${hash('sha256', text)}`) * BigInt(times)
    },
    /** Of each kind. */
    tallies: () =>
      [...sums].map(([kind, { count, sum }]) => ({
        kind,
        count,
        hash: (sum % MODULUS).toString(16).padStart(64, '0'),
      })),
  }
}
