/**
 * The main thread's side of the writer (batch-queue.ts): posts batches to it, and answers a batch in one turn.
 *
 * Invariants
 * 1. Entries are written and answered in the order in which they came.
 * 2. Committed events are announced in order of position, before those who wait for the commits are answered.
 */
import {
  type Batch,
  type CommitListeners,
  committed,
  createBatchQueue,
  StoreFullError,
  settle,
} from '@opscore/engine/store'
import type { FreshWaiters } from '../read/fresh-waiters.ts'
import type { Answer, Cell, ToWriter, Written } from './write-request.ts'

export interface WriteQueueOptions {
  post: (message: ToWriter) => void
  listeners: CommitListeners
  waiters: Pick<FreshWaiters, 'filed'>
  /** The last position that is taken. */
  head: number
  /** Entries that wait at most. */
  maxEntries?: number
  /** Characters that wait at most. */
  maxSize?: number
}

/**
 * So many entries are worth a transaction. Half as many cost this thread a tenth more for each report, as handing over is
 * paid by the batch.
 */
const WORTH_SENDING = 32

export function createWriteQueue({ post, listeners, waiters, head: taken, ...bounds }: WriteQueueOptions) {
  const posted: Batch<Cell>[] = []
  let head = taken
  const queue = createBatchQueue<Cell>({
    ...bounds,
    worthSending: WORTH_SENDING,
    send(batch) {
      posted.push(batch)
      post({ cells: batch.cells, characters: batch.size })
    },
  })

  function answer(batch: Batch<Cell>, answers: readonly Answer[], newHead: number): void {
    if (!listeners.none) announce(batch, answers)
    head = newHead
    for (const [index, waiting] of batch.waiting.entries()) {
      const answer = answers[index]
      if (typeof answer === 'number' || typeof answer === 'string') settle(waiting, answer)
      else waiting.reject(errorOf(answer))
    }
  }

  function announce({ waiting }: Batch<Cell>, answers: readonly Answer[]): void {
    let position = head
    const events = waiting.flatMap(({ events: drafts }, index) => {
      const answer = answers[index]
      const written = typeof answer === 'number' && answer > 0
      return written && drafts ? drafts.map((draft) => committed(draft, ++position)) : []
    })
    listeners.announce(events)
  }

  return {
    add: queue.add,
    end: queue.end,
    idle: queue.idle,
    /** What became of the batch that was posted first. */
    done({ answers, head: newHead, filed }: Written): void {
      // Before its answers are heard of: they are of positions beyond the head until now.
      waiters.filed(head, filed)
      const batch = posted.shift()
      if (batch) queue.over(batch, () => answer(batch, answers, newHead))
    },
    get head() {
      return head
    },
  }
}

function errorOf(answer: Exclude<Answer, number | string> | undefined): Error {
  if (answer?.failed === 'full') return new StoreFullError('The disk is full')
  return new Error(`The store could not write an entry: ${answer?.message ?? 'no answer'}`)
}
