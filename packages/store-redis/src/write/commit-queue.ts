/**
 * What is on its way to one partition (batch-queue.ts): a call of commit.lua for each batch, answered in one turn.
 *
 * What a batch committed is announced before those who wait for it are answered, but for what others committed before it
 * and this process has not seen yet: then it comes in its turn (event-tail.ts).
 */
import type { EventDraft } from '@opscore/engine/store'
import { type Batch, createBatchQueue, settle } from '@opscore/engine/store'
import { reply } from '../link/reply.ts'

export interface CommitQueueOptions {
  write: (cells: string[]) => Promise<unknown>
  /** Nobody listens: there is no need to gather what would be announced. */
  silent: () => boolean
  /** What was committed, in order, behind the position `first`. */
  committed: (first: number, events: readonly EventDraft[]) => void
}

/** Milliseconds of Redis, which does nothing else while it writes a batch. */
const BATCH_ENTRIES = 256
const BATCH_SIZE = 1024 * 1024
/** So many entries are worth a call. With twice as many, of which there are too few in a partition, a sixth less throughput. */
const WORTH_SENDING = 8

export function createCommitQueue({ write, silent, committed }: CommitQueueOptions) {
  const queue = createBatchQueue<string>({
    batchEntries: BATCH_ENTRIES,
    batchSize: BATCH_SIZE,
    worthSending: WORTH_SENDING,
    send: (batch) =>
      void write(batch.cells).then(
        (answers) => queue.over(batch, () => answer(batch, answers)),
        (error) => queue.over(batch, () => refuse(batch, error)),
      ),
  })

  function answer(batch: Batch<string>, answered: unknown): void {
    const [first, ...answers] = reply.list(answered)
    if (!silent()) announce(batch, reply.number(first), answers)
    for (const [index, waiting] of batch.waiting.entries()) {
      const answer = answers[index]
      if (typeof answer === 'number' || (typeof answer === 'string' && !answer.startsWith('!'))) settle(waiting, answer)
      else waiting.reject(new Error(`The store could not write an entry: ${answer ?? '!no answer'}`))
    }
  }

  function announce({ waiting }: Batch<string>, first: number, answers: readonly unknown[]): void {
    const events = waiting.flatMap(({ events: drafts }, index) => {
      const answer = answers[index]
      return drafts && typeof answer === 'number' && answer > 0 ? drafts : []
    })
    if (events.length > 0) committed(first, events)
  }

  function refuse({ waiting }: Batch<string>, error: Error): void {
    for (const { reject } of waiting) reject(error)
  }

  return { add: queue.add, end: (error: Error) => queue.end(error), idle: queue.idle }
}
