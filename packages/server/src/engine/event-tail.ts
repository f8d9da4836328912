import type { OpsEvent } from '@opscore/contract'
import type { CommittedEvent } from '../core/event.ts'
import type { Store } from '../ports/store.ts'
import { PassingEvents } from './passing-events.ts'

/** Events kept in memory for readers that keep up. */
const KEPT = 4_096

/** The newest committed events, kept only while somebody reads them, and what passes its readers by. */
export class EventTail {
  readonly #store: Store
  readonly #waiting = new Set<() => void>()
  readonly #readers = new Set<PassingEvents>()
  #events: CommittedEvent[] = []
  #unsubscribe: (() => void) | null = null

  constructor(store: Store) {
    this.#store = store
  }

  /** Begins a reader; what it gets back collects the events that pass by, of those that it wants. */
  enter(wants: (event: OpsEvent) => boolean): PassingEvents {
    const passing = new PassingEvents(wants)
    this.#readers.add(passing)
    this.#unsubscribe ??= this.#store.onCommitted((events) => this.#take(events))
    return passing
  }

  leave(passing: PassingEvents): void {
    this.#readers.delete(passing)
    if (this.#readers.size > 0) return
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

  /** Hands an event that is not stored to those who read now. */
  pass(event: OpsEvent): void {
    for (const passing of this.#readers) passing.add(event)
    this.#wake()
  }

  /**
   * Resolves at the next commit or event that passes by, or when `signal` aborts. To be asked for before the store is
   * read, so that what comes between the two is not slept through, and dropped where it was not needed.
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
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}
