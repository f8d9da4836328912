import type { CommittedEvent } from '../core/event.ts'
import type { Store } from '../ports/store.ts'

/** Events kept in memory for readers that keep up. */
const KEPT = 4_096

/** The newest committed events, kept only while somebody reads them. */
export class EventTail {
  readonly #store: Store
  readonly #waiting = new Set<() => void>()
  #events: CommittedEvent[] = []
  #readers = 0
  #unsubscribe: (() => void) | null = null

  constructor(store: Store) {
    this.#store = store
  }

  enter(): void {
    this.#readers += 1
    this.#unsubscribe ??= this.#store.onCommitted((events) => this.#take(events))
  }

  leave(): void {
    this.#readers -= 1
    if (this.#readers > 0) return
    this.#unsubscribe?.()
    this.#unsubscribe = null
    this.#events = []
  }

  /** What follows `position` in the only partition, or `null` where the tail does not reach back so far. */
  after(position: number, limit: number): readonly CommittedEvent[] | null {
    const first = this.#events[0]?.position
    if (first === undefined || position < first - 1) return null
    return this.#events.slice(position - first + 1, position - first + 1 + limit)
  }

  /**
   * Resolves at the next commit, or when `signal` aborts. To be asked for before the store is read, so that a commit
   * between the two is not slept through, and dropped where it was not needed.
   */
  next(signal: AbortSignal): { come: Promise<void>; drop: () => void } {
    let wake = () => {}
    const come = new Promise<void>((resolve) => {
      wake = resolve
    })
    const drop = () => {
      this.#waiting.delete(wake)
      signal.removeEventListener('abort', wake)
    }
    this.#waiting.add(wake)
    signal.addEventListener('abort', wake, { once: true })
    return { come: come.finally(drop), drop }
  }

  #take(events: readonly CommittedEvent[]): void {
    this.#events.push(...events)
    if (this.#events.length > KEPT * 2) this.#events = this.#events.slice(-KEPT)
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}
