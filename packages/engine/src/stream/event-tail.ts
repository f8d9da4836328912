import type { JsonObject, OpsEvent } from '@opscore/contract'
import type { CommittedEvent } from '../core/event.ts'
import type { EventCursor, Store } from '../ports/store.ts'
import { lengthOf } from './is-small.ts'
import { PassingEvents } from './passing-events.ts'

/** Events of a partition kept in memory for readers that keep up. */
const KEPT = 4_096
/** The same in characters of their data: reports of 320 KiB would come to more than a gigabyte. */
const KEPT_CHARACTERS = 16 * 1024 * 1024

/** The newest events of a partition, without a gap: `events[0]` has the position after `since`. */
interface Kept {
  since: number
  events: CommittedEvent[]
  /** The characters of each one's data, and of all of them. */
  lengths: number[]
  length: number
}

/** The newest committed events, kept only while somebody reads them, and what passes its readers by. */
export class EventTail {
  readonly #store: Store
  readonly #waiting = new Set<() => void>()
  readonly #readers = new Set<PassingEvents>()
  #partitions: (Kept | undefined)[] = []
  #generation = 0
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
    this.#partitions = []
  }

  /** The log ended here at some time since the first reader entered: nothing up to there will be missed by the tail. */
  startsAt(head: EventCursor): void {
    this.#forgetOldLog()
    for (const [partition, since] of head.entries()) this.#partitions[partition] ??= keptSince(since)
  }

  /** What follows the cursor, as `Store.events` gives it, or `null` where the tail does not reach back so far. */
  after(cursor: EventCursor, limit: number, characters = Infinity): readonly CommittedEvent[] | null {
    this.#forgetOldLog()
    const found: CommittedEvent[] = []
    let length = 0
    for (const [partition, position] of cursor.entries()) {
      const kept = this.#partitions[partition]
      if (!kept || position < kept.since) return null
      for (let at = position - kept.since; found.length < limit && length < characters; at++) {
        const event = kept.events[at]
        if (!event) break
        found.push(event)
        length += kept.lengths[at] ?? 0
      }
    }
    return found
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
    this.#forgetOldLog()
    for (const event of events) this.#keep(event)
    this.#wake()
  }

  #keep(event: CommittedEvent): void {
    const { partition, position } = event
    let kept = this.#partitions[partition]
    const end = kept ? kept.since + kept.events.length : Number.NaN
    if (kept && position <= end) return
    if (!kept || position !== end + 1) {
      kept = keptSince(position - 1)
      this.#partitions[partition] = kept
    }
    // An event's data is JSON by the promise of `EventDraft`.
    const length = lengthOf(event.data as JsonObject)
    kept.events.push(event)
    kept.lengths.push(length)
    kept.length += length
    if (kept.events.length > 2 * KEPT || kept.length > 2 * KEPT_CHARACTERS) forgetOldest(kept)
  }

  /** A store that was away may have come back with another log. */
  #forgetOldLog(): void {
    if (this.#generation === this.#store.generation) return
    this.#generation = this.#store.generation
    this.#partitions = []
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}

const keptSince = (since: number): Kept => ({ since, events: [], lengths: [], length: 0 })

/** Many at a time, since each costs moving those that stay. */
function forgetOldest(kept: Kept): void {
  let gone = 0
  while (kept.events.length - gone > KEPT || kept.length > KEPT_CHARACTERS) {
    kept.length -= kept.lengths[gone] ?? 0
    gone += 1
  }
  kept.since += gone
  kept.events = kept.events.slice(gone)
  kept.lengths = kept.lengths.slice(gone)
}
