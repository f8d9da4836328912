/**
 * Collects what arrives for one partition while batches are being written, then sends all of it as the next (group commit
 * that never waits for company), and answers a batch in one turn.
 *
 * Invariants
 * 1. Two batches are under way at most; entries are written and answered in the order in which they came.
 * 2. What a batch committed is announced before those who wait for it are answered, but for what others committed before
 *    it and this process has not seen yet: then it comes in its turn (event-tail.ts).
 * 3. What waits is bounded in number and size; beyond, an entry is refused and nothing of it is written. A batch is bounded
 *    too, as Redis does nothing else while it writes one.
 * 4. Every entry is answered.
 */
import type { EventDraft } from '../../core/event.ts'
import { StoreUnavailableError } from '../../ports/store.ts'
import { reply } from './reply.ts'

/** The entry's answer, as commit.lua gives it. */
export type Answer = number | string

interface Waiting {
  /** Absent where the entry has none. */
  events: readonly EventDraft[] | undefined
  resolve: (answer: Answer) => void
  reject: (error: Error) => void
}

interface Batch {
  cells: string[]
  waiting: Waiting[]
  /** Characters. */
  size: number
}

export interface CommitQueueOptions {
  write: (cells: string[]) => Promise<unknown>
  /** Nobody listens: there is no need to gather what would be announced. */
  silent: () => boolean
  /** What was committed, in order, behind the position `first`. */
  committed: (first: number, events: readonly EventDraft[]) => void
}

/** More than any load that is answered in time, and far less than would fill the memory. */
const MAX_ENTRIES = 16_384
const MAX_SIZE = 64 * 1024 * 1024
/** Milliseconds of Redis. */
const BATCH_ENTRIES = 256
const BATCH_SIZE = 1024 * 1024
/** One that is written, and one on the way, so that Redis and this thread work side by side. */
const UNDER_WAY = 2
/** So many entries are worth a call and leave at once, so that Redis works while this turn goes on. */
const WORTH_SENDING = 16

export function createCommitQueue({ write, silent, committed }: CommitQueueOptions) {
  const full: Batch[] = []
  let next = emptyBatch()
  let entries = 0
  let size = 0
  let underWay = 0
  let scheduled = false
  let ended: Error | null = null
  const onIdle: (() => void)[] = []

  function send(): void {
    while (underWay < UNDER_WAY) {
      const batch = full.shift() ?? next
      if (batch.waiting.length === 0) return
      if (batch === next) next = emptyBatch()
      underWay += 1
      entries -= batch.waiting.length
      size -= batch.size
      void write(batch.cells).then(
        (answers) => done(batch, answers),
        (error) => failed(batch, error),
      )
    }
  }

  /** At the end of this turn at the latest, so that what arrives in the same one goes along. */
  function schedule(): void {
    if (next.waiting.length >= BATCH_ENTRIES || next.size >= BATCH_SIZE) {
      full.push(next)
      next = emptyBatch()
    }
    if (full.length > 0 || next.waiting.length >= WORTH_SENDING) send()
    if (scheduled || next.waiting.length === 0) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      send()
    })
  }

  function refusal(): Error | null {
    if (ended) return ended
    if (entries < MAX_ENTRIES && size < MAX_SIZE) return null
    return new StoreUnavailableError('More writes wait than the store keeps up with')
  }

  /** `fill` adds the entry's cells. */
  function add(fill: (cells: string[]) => void, events?: readonly EventDraft[]): Promise<Answer> {
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
      for (let at = start; at < cells.length; at++) length += cells[at]?.length ?? 0
      next.size += length
      size += length
      entries += 1
      next.waiting.push({ events, resolve, reject })
      schedule()
    })
  }

  function done(batch: Batch, answered: unknown): void {
    underWay -= 1
    send()
    const [first, ...answers] = reply.list(answered)
    if (!silent()) announce(batch, reply.number(first), answers)
    for (const [index, { resolve, reject }] of batch.waiting.entries()) {
      const answer = answers[index]
      if (typeof answer === 'number' || (typeof answer === 'string' && !answer.startsWith('!'))) resolve(answer)
      else reject(new Error(`The store could not write an entry: ${answer ?? '!no answer'}`))
    }
    idle()
  }

  function announce({ waiting }: Batch, first: number, answers: readonly unknown[]): void {
    const events = waiting.flatMap(({ events: drafts }, index) => {
      const answer = answers[index]
      return drafts && typeof answer === 'number' && answer > 0 ? drafts : []
    })
    if (events.length > 0) committed(first, events)
  }

  function failed(batch: Batch, error: Error): void {
    underWay -= 1
    send()
    for (const { reject } of batch.waiting) reject(error)
    idle()
  }

  function idle(): void {
    if (underWay === 0 && entries === 0) for (const resolve of onIdle.splice(0)) resolve()
  }

  return {
    add,
    /** Refuses what comes from here on. */
    end(error: Error): void {
      ended ??= error
    },
    /** Resolves when nothing waits any more. */
    async idle(): Promise<void> {
      if (underWay > 0 || entries > 0) await new Promise<void>((resolve) => onIdle.push(resolve))
    },
  }
}

const emptyBatch = (): Batch => ({ cells: [], waiting: [], size: 0 })
