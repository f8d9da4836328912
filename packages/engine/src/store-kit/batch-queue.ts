/**
 * Collects the entries that arrive while batches are being written, then hands out all of them as the next: group commit
 * that never waits for company.
 *
 * Invariants
 * 1. Two batches are under way at most, one that is being written and one behind it that is worth a batch of its own; entries
 *    are handed out in the order in which they came.
 * 2. What waits is bounded in number and size; beyond, an entry is refused and nothing of it is written.
 * 3. Every entry is answered by whoever calls `over`, or with an error where it is abandoned.
 */
import type { EventDraft } from '../core/event.ts'
import { StoreUnavailableError } from '../ports/store.ts'

export type Answer = number | string

/** Whoever waits for an entry. */
interface Waiting {
  /** Absent where the entry is no commit, or has none. */
  events: readonly EventDraft[] | undefined
  conclude(answer: Answer): unknown
  resolve(concluded: unknown): void
  reject(error: unknown): void
}

export interface Batch<C> {
  cells: C[]
  waiting: Waiting[]
  /** Characters in its texts. */
  size: number
}

export interface BatchQueueOptions<C> {
  /** Has the batch written; `over` says that it is. */
  send: (batch: Batch<C>) => void
  /** So many entries leave at once, so that they are written while this turn goes on. */
  worthSending: number
  /** Entries and characters with which a batch is closed. */
  batchEntries?: number
  batchSize?: number
  /** Entries and characters that wait at most. */
  maxEntries?: number
  maxSize?: number
}

/** More than any load that is answered in time, and far less than would fill the memory. */
const MAX_ENTRIES = 16_384
const MAX_SIZE = 64 * 1024 * 1024
/**
 * With one batch the writer would wait for this thread's turn to end after each, and this thread for the writer: they
 * would work in turn instead of side by side, which cost a tenth of the throughput at 64 connections. With a second one of a few
 * entries it cost as much, as each takes a flush of its own.
 */
const UNDER_WAY = 2

export function createBatchQueue<C>(options: BatchQueueOptions<C>) {
  const { worthSending, batchEntries = Infinity, batchSize = Infinity } = options
  const { maxEntries = MAX_ENTRIES, maxSize = MAX_SIZE } = options
  const underWay: Batch<C>[] = []
  const closed: Batch<C>[] = []
  let next: Batch<C> = emptyBatch()
  let entries = 0
  let size = 0
  let scheduled = false
  let ended: Error | null = null
  const onIdle: (() => void)[] = []

  /** Behind a batch that is under way only what is worth it leaves: small ones would keep it from growing. */
  function sendOn(): void {
    while (underWay.length === 0 || (underWay.length < UNDER_WAY && isWorthSending())) {
      const batch = closed.shift() ?? next
      if (batch.waiting.length === 0) return
      if (batch === next) next = emptyBatch()
      underWay.push(batch)
      entries -= batch.waiting.length
      size -= batch.size
      options.send(batch)
    }
  }

  const isWorthSending = (): boolean => closed.length > 0 || next.waiting.length >= worthSending

  /** At the end of this turn at the latest, so that what arrives in the same one goes along. */
  function schedule(): void {
    if (next.waiting.length >= batchEntries || next.size >= batchSize) {
      closed.push(next)
      next = emptyBatch()
    }
    if (isWorthSending()) sendOn()
    if (scheduled || next.waiting.length === 0 || underWay.length > 0) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      sendOn()
    })
  }

  function refusal(): Error | null {
    if (ended) return ended
    if (entries < maxEntries && size < maxSize) return null
    return new StoreUnavailableError('More writes wait than the store keeps up with')
  }

  function wakeIdle(): void {
    if (underWay.length === 0 && entries === 0) for (const resolve of onIdle.splice(0)) resolve()
  }

  return {
    /** `fill` adds the entry's cells; resolves with what `conclude` makes of its answer, in the turn in which that comes. */
    add<R>(
      fill: (cells: C[]) => void,
      conclude: (answer: Answer) => R | Promise<R>,
      events?: readonly EventDraft[],
    ): Promise<R> {
      return new Promise((resolve, reject) => {
        const refused = refusal()
        if (refused) return reject(refused)
        const { cells } = next
        const start = cells.length
        try {
          fill(cells)
        } catch (error) {
          cells.length = start
          return reject(error)
        }
        let length = 0
        for (let at = start; at < cells.length; at++) {
          const cell = cells[at]
          if (typeof cell === 'string') length += cell.length
        }
        next.size += length
        size += length
        entries += 1
        next.waiting.push({ events, conclude, resolve, reject })
        schedule()
      })
    },
    /** The batch is written, or never will be: the next one leaves, then `answer` answers those who wait for this one. */
    over(batch: Batch<C>, answer: () => void): void {
      const at = underWay.indexOf(batch)
      if (at < 0) return
      underWay.splice(at, 1)
      sendOn()
      answer()
      wakeIdle()
    },
    /** Refuses what comes from here on, and with `abandon` what waits as well. */
    end(error: Error, abandon = false): void {
      ended ??= error
      if (!abandon) return
      const waiting = [...underWay.splice(0), ...closed.splice(0), next].flatMap((batch) => batch.waiting)
      next = emptyBatch()
      entries = 0
      size = 0
      for (const { reject } of waiting) reject(error)
      wakeIdle()
    },
    /** Resolves when nothing waits any more. */
    async idle(): Promise<void> {
      if (underWay.length > 0 || entries > 0) await new Promise<void>((resolve) => onIdle.push(resolve))
    },
  }
}

/** Resolves with what the answer means. */
export function settle({ conclude, resolve, reject }: Waiting, answer: Answer): void {
  try {
    resolve(conclude(answer))
  } catch (error) {
    reject(error)
  }
}

const emptyBatch = <C>(): Batch<C> => ({ cells: [], waiting: [], size: 0 })
