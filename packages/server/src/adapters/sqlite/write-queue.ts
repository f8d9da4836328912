/**
 * The main thread's side of the writer: collects what arrives while batches are being written, then sends all of it as the
 * next (group commit that never waits for company), and answers a batch in one turn.
 *
 * Invariants
 * 1. Two batches are under way at most, one that is being written and one behind it; entries are written and answered in
 *    the order in which they came.
 * 2. Committed events are announced in order of position, before those who wait for the commits are answered.
 * 3. What waits is bounded in number and size; beyond, an entry is refused and nothing of it is written.
 * 4. Every entry is answered: by the writer, or with an error once there is no writer.
 */
import type { EventDraft } from '../../core/event.ts'
import { StoreFullError, StoreUnavailableError } from '../../ports/store.ts'
import { type CommitListeners, committed } from '../commit-listeners.ts'
import type { Answer, Cell, ToWriter } from './write-request.ts'

interface Waiting {
  /** Absent where the entry is no commit, or has none. */
  events: readonly EventDraft[] | undefined
  resolve: (answer: number | string) => void
  reject: (error: Error) => void
}

interface Batch {
  cells: Cell[]
  waiting: Waiting[]
  /** Characters in its texts. */
  size: number
}

export interface WriteQueueOptions {
  post: (message: ToWriter) => void
  listeners: CommitListeners
  /** The last position that is taken. */
  head: number
  /** Entries that wait at most. */
  maxEntries?: number
  /** Characters that wait at most. */
  maxSize?: number
}

/** More than any load that is answered in time, and far less than would fill the memory. */
const MAX_ENTRIES = 16_384
const MAX_SIZE = 64 * 1024 * 1024
/**
 * With one batch the writer would wait for this thread's turn to end after each, and this thread for the writer: they
 * would work in turn instead of side by side, which cost a third of the throughput at 64 connections.
 */
const UNDER_WAY = 2
/**
 * So many entries are worth a transaction and leave at once, so that the writer works while this turn goes on. Half as many
 * cost this thread a tenth more for each report, as handing over is paid by the batch.
 */
const WORTH_SENDING = 32

export function createWriteQueue(options: WriteQueueOptions) {
  const { post, listeners, maxEntries = MAX_ENTRIES, maxSize = MAX_SIZE } = options
  let next: Batch = emptyBatch()
  const underWay: Batch[] = []
  let scheduled = false
  let head = options.head
  let ended: Error | null = null
  const onIdle: (() => void)[] = []

  function send(): void {
    if (underWay.length === UNDER_WAY || next.waiting.length === 0) return
    const { cells } = next
    underWay.push(next)
    next = emptyBatch()
    post({ cells })
  }

  /** At the end of this turn at the latest, so that what arrives in the same one goes along. */
  function schedule(): void {
    if (next.waiting.length >= WORTH_SENDING) send()
    if (scheduled || next.waiting.length === 0) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      send()
    })
  }

  function refusal(): Error | null {
    if (ended) return ended
    if (next.waiting.length < maxEntries && next.size < maxSize) return null
    return new StoreUnavailableError('More writes wait than the store keeps up with')
  }

  /** `write` adds the entry's cells. */
  function add(write: (cells: Cell[]) => void, events?: readonly EventDraft[]): Promise<number | string> {
    return new Promise((resolve, reject) => {
      const refused = refusal()
      if (refused) return reject(refused)
      const { cells } = next
      const start = cells.length
      try {
        write(cells)
      } catch (error) {
        cells.length = start
        return reject(error)
      }
      for (let at = start; at < cells.length; at++) {
        const cell = cells[at]
        if (typeof cell === 'string') next.size += cell.length
      }
      next.waiting.push({ events, resolve, reject })
      schedule()
    })
  }

  function done(answers: readonly Answer[], newHead: number): void {
    const batch = underWay.shift()
    if (!batch) return
    send()
    if (!listeners.none) announce(batch, answers)
    head = newHead
    for (const [index, { resolve, reject }] of batch.waiting.entries()) {
      const answer = answers[index]
      if (typeof answer === 'number' || typeof answer === 'string') resolve(answer)
      else reject(errorOf(answer))
    }
    if (underWay.length === 0 && next.waiting.length === 0) for (const idle of onIdle.splice(0)) idle()
  }

  function announce({ waiting }: Batch, answers: readonly Answer[]): void {
    let position = head
    const events = waiting.flatMap(({ events: drafts }, index) => {
      const answer = answers[index]
      const written = typeof answer === 'number' && answer > 0
      return written && drafts ? drafts.map((draft) => committed(draft, ++position)) : []
    })
    listeners.announce(events)
  }

  /** Refuses what comes from here on, and with `abandon` what waits as well. */
  function end(error: Error, abandon: boolean): void {
    ended ??= error
    if (!abandon) return
    const waiting = [...underWay.splice(0), next].flatMap((batch) => batch.waiting)
    next = emptyBatch()
    for (const { reject } of waiting) reject(error)
    for (const idle of onIdle.splice(0)) idle()
  }

  return {
    add,
    done,
    end,
    get head() {
      return head
    },
    /** Resolves when nothing waits any more. */
    async idle(): Promise<void> {
      if (underWay.length > 0 || next.waiting.length > 0) await new Promise<void>((resolve) => onIdle.push(resolve))
    },
  }
}

const emptyBatch = (): Batch => ({ cells: [], waiting: [], size: 0 })

function errorOf(answer: Exclude<Answer, number | string> | undefined): Error {
  if (answer?.failed === 'full') return new StoreFullError('The disk is full')
  return new Error(`The store could not write an entry: ${answer?.message ?? 'no answer'}`)
}
