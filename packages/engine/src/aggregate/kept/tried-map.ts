import { RecentMap, type Weighed } from './recent-map.ts'

/**
 * A recent map before which everything has a trial: what nobody asks for again is soon gone, and takes no room from what is asked
 * for. What stays for a while and goes then is what a garbage collector is dearest with.
 */
export class TriedMap<V extends Weighed> {
  readonly #kept: RecentMap<V>
  readonly #onTrial: RecentMap<V>
  readonly #retired: RecentMap<V>

  /** `trial`: what those weigh together, about, that nobody has asked for yet; those that have retired weigh no more. */
  constructor(capacity: number, trial: number, pinned: (value: V) => boolean) {
    this.#kept = new RecentMap(capacity, pinned)
    this.#onTrial = new RecentMap(trial, pinned)
    this.#retired = new RecentMap(trial, pinned)
  }

  get size(): number {
    return this.#kept.size + this.#onTrial.size + this.#retired.size
  }

  get(key: string): V | undefined {
    const kept = this.#kept.get(key)
    if (kept !== undefined) return kept
    const tried = this.#onTrial.get(key)
    if (tried === undefined) return this.#retired.get(key)
    this.#onTrial.delete(key)
    this.#kept.set(key, tried)
    return tried
  }

  /** The key must not be in the map; a value is changed in place. */
  set(key: string, value: V): void {
    this.#onTrial.set(key, value)
  }

  /** For a value of the map that is asked for once or twice more at most, so that it soon goes, however it was asked for before. */
  retire(key: string, value: V): void {
    if (this.#retired.has(key)) return
    this.delete(key)
    this.#retired.set(key, value)
  }

  /** For a value of the map that became lighter or heavier. */
  reweigh(key: string, value: V, weight: number): void {
    const map = [this.#onTrial, this.#retired].find((each) => each.has(key)) ?? this.#kept
    map.reweigh(key, value, weight)
  }

  delete(key: string): void {
    this.#kept.delete(key)
    this.#onTrial.delete(key)
    this.#retired.delete(key)
  }
}
