/** Commits on their way to the writer. */
import type { Clock } from '../../ports/clock.ts'
import type { Commit, CommitResult } from '../../ports/store.ts'
import type { Answer } from '../batch-queue.ts'
import { resultOf } from '../commit-result.ts'
import { writeCommit } from './entry-cells.ts'
import type { FreshWaiters } from './fresh-waiters.ts'
import { KnownRows } from './known-rows.ts'
import type { createWriteQueue } from './write-queue.ts'
import { MISSES_DEFINITION } from './write-request.ts'

const KNOWN_DEFINITIONS = 2_000

export function createCommits(parts: {
  queue: ReturnType<typeof createWriteQueue>
  waiters: Pick<FreshWaiters, 'committed'>
  /** By which once-records expire. */
  clock: Pick<Clock, 'now'>
}): (commit: Commit) => Promise<CommitResult> {
  const { queue, clock, waiters } = parts
  /** Hashes of definitions that sessions have begun by. */
  const stored = new KnownRows<true>(KNOWN_DEFINITIONS)
  const context = { now: clock.now, isStored: (hash: string) => stored.has(hash) }

  const send = (commit: Commit): Promise<CommitResult> =>
    queue.add(
      (cells) => writeCommit(cells, commit, context),
      (answer) => concluded(commit, answer),
      commit.events,
    )

  /** What is told of a commit is told before whoever waits for it goes on. */
  function concluded(commit: Commit, answer: Answer): CommitResult | Promise<CommitResult> {
    if (commit.kind === 'agent') return resultOf(answer)
    const hash = commit.definition?.hash
    if (answer === MISSES_DEFINITION && hash !== undefined) {
      // It was stored, but the last session or workflow that needed it has gone meanwhile.
      stored.delete(hash)
      return send(commit)
    }
    const result = resultOf(answer)
    if (!result.ok) return result
    waiters.committed(commit)
    if (hash !== undefined && !stored.has(hash)) stored.set(hash, true)
    return result
  }

  return send
}
