/**
 * The aggregates that are kept in memory, each with its committed state.
 *
 * Invariant: what is kept is what has been committed, never more, so a read of it is a durable read. Over a shared store it
 * may have been overtaken.
 */
import type { Store, Versioned } from '../../ports/store.ts'
import type { AggregateKind } from '../aggregate-kind.ts'
import { RecentMap } from './recent-map.ts'
import { TriedMap } from './tried-map.ts'

export interface Entry<S, W> {
  /** Commands that wait for the ones under way; `null` where nothing is under way, as it is with nearly all. */
  queue: W[] | null
  /** How often something began: what was read from the store before the last time may be older than what it left. */
  turns: number
  weight: number
  /** `undefined` while it is not known. */
  current: Versioned<S> | null | undefined
  /** The store's generation in which `current` was read or confirmed: it holds in no other. */
  generation: number
}

type Keeping<S> = Pick<AggregateKind<S, never, never>, 'capacity' | 'trial' | 'weight' | 'isOver'> & {
  store: Pick<Store, 'shared' | 'generation'>
  load: (id: string) => Promise<Versioned<S> | null>
}

export class KeptAggregates<S, W> {
  readonly #kind: Keeping<S>
  readonly #entries: RecentMap<Entry<S, W>> | TriedMap<Entry<S, W>>

  constructor(kind: Keeping<S>) {
    this.#kind = kind
    const isAtWork = (entry: Entry<S, W>): boolean => entry.queue !== null
    const { capacity, trial } = kind
    this.#entries = trial ? new TriedMap(capacity, trial, isAtWork) : new RecentMap(capacity, isAtWork)
  }

  of(id: string): Entry<S, W> {
    return this.#entries.get(id) ?? this.add(id, undefined)
  }

  /** For an id that has none. */
  add(id: string, current: Entry<S, W>['current']): Entry<S, W> {
    const { generation } = this.#kind.store
    const weight = this.#kind.weight(null)
    const entry: Entry<S, W> = { queue: null, turns: 0, weight, current, generation }
    this.#entries.set(id, entry)
    return entry
  }

  isKnown(entry: Entry<S, W>): boolean {
    return entry.current !== undefined && entry.generation === this.#kind.store.generation
  }

  known(id: string): S | null | undefined {
    const { current } = this.of(id)
    if (this.#kind.store.shared || current === undefined) return undefined
    return current?.state ?? null
  }

  async peek(id: string): Promise<S | null> {
    const entry = this.of(id)
    if (this.isKnown(entry)) return entry.current?.state ?? null
    return this.readStore(id, entry)
  }

  async readStore(id: string, entry: Entry<S, W>): Promise<S | null> {
    const { shared, generation } = this.#kind.store
    const { queue, turns } = entry
    const loaded = await this.#kind.load(id)
    // A commit may have landed while the store was read. What is kept here is decided on, so it must not be older.
    const isNewest = queue === null && entry.turns === turns && (shared || entry.current === undefined)
    if (isNewest && this.#weigh(id, entry, loaded)) Object.assign(entry, { current: loaded, generation })
    return (shared ? loaded : (entry.current ?? loaded))?.state ?? null
  }

  /** Nothing is under way with it any more. */
  rest(id: string, entry: Entry<S, W>): void {
    entry.queue = null
    const { current } = entry
    if (!current) return
    if (!this.#weigh(id, entry, current)) this.#entries.delete(id)
    else if (this.#kind.isOver?.(current.state)) this.#retire(id, entry)
  }

  #retire(id: string, entry: Entry<S, W>): void {
    if (this.#entries instanceof TriedMap) this.#entries.retire(id, entry)
    else this.#entries.delete(id)
  }

  /** `false` where it is too heavy to be kept. */
  #weigh(id: string, entry: Entry<S, W>, current: Versioned<S> | null): boolean {
    const weight = this.#kind.weight(current?.state ?? null)
    if (weight > this.#kind.capacity) return false
    if (weight !== entry.weight) this.#entries.reweigh(id, entry, weight)
    return true
  }
}
