import { RecentMap, type Weighed } from './recent-map.ts'

/**
 * A recent map before which everything has a trial: what nobody asks for again is soon gone, and takes no room from what is asked
 * for. What stays for a while and goes then is what a garbage collector is dearest with.
 */
export class TriedMap<V extends Weighed> {
  readonly #kept: RecentMap<V>
  readonly #onTrial: RecentMap<V>

  /** `trial`: what those weigh together, about, that nobody has asked for yet. */
  constructor(capacity: number, trial: number, pinned: (value: V) => boolean) {
    this.#kept = new RecentMap(capacity, pinned)
    this.#onTrial = new RecentMap(trial, pinned)
  }

  get size(): number {
    return this.#kept.size + this.#onTrial.size
  }

  get(key: string): V | undefined {
    const kept = this.#kept.get(key)
    if (kept !== undefined) return kept
    const tried = this.#onTrial.get(key)
    if (tried === undefined) return undefined
    this.#onTrial.delete(key)
    this.#kept.set(key, tried)
    return tried
  }

  /** The key must not be in the map; a value is changed in place. */
  set(key: string, value: V): void {
    this.#onTrial.set(key, value)
  }

  /** For a value of the map that became lighter or heavier. */
  reweigh(key: string, value: V, weight: number): void {
    const map = this.#onTrial.has(key) ? this.#onTrial : this.#kept
    map.reweigh(key, value, weight)
  }

  delete(key: string): void {
    this.#kept.delete(key)
    this.#onTrial.delete(key)
  }
}
