/** Commits on their way to the writer. */
import type { Answer, Clock, Commit, CommitResult, SessionCommit, Store } from '@opscore/engine/store'
import { resultOf } from '@opscore/engine/store'
import type { FreshWaiters } from '../read/fresh-waiters.ts'
import type { createWriteQueue } from '../thread/write-queue.ts'
import { MISSES_DEFINITION } from '../thread/write-request.ts'
import { writeCommit, writeTogether } from './entry-cells.ts'
import { KnownRows } from './known-rows.ts'

const KNOWN_DEFINITIONS = 2_000

export function createCommits(parts: {
  queue: ReturnType<typeof createWriteQueue>
  waiters: Pick<FreshWaiters, 'committed'>
  /** By which once-records expire. */
  clock: Pick<Clock, 'now'>
}): Store['commit'] {
  const { queue, clock, waiters } = parts
  /** Hashes of definitions that sessions have begun by. */
  const stored = new KnownRows<true>(KNOWN_DEFINITIONS)
  const context = { now: clock.now, isStored: (hash: string) => stored.has(hash) }

  function send(commit: Commit, along: readonly Commit[] = []): Promise<CommitResult> {
    if (along.length > 0) return sendTogether([commit, ...along])
    return queue.add(
      (cells) => writeCommit(cells, commit, context),
      (answer) => concluded([commit], answer),
      commit.events,
    )
  }

  function sendTogether(commits: readonly Commit[]): Promise<CommitResult> {
    return queue.add(
      (cells) => {
        writeTogether(cells, commits.length)
        for (const commit of commits) writeCommit(cells, commit, context)
      },
      (answer) => concluded(commits, answer),
      commits.flatMap(({ events }) => events),
    )
  }

  /** What is told of a commit is told before whoever waits for it goes on. */
  function concluded(commits: readonly Commit[], answer: Answer): CommitResult | Promise<CommitResult> {
    if (answer === MISSES_DEFINITION) {
      // It was stored, but the last session or workflow that needed it has gone meanwhile.
      for (const commit of commits) if (commit.kind === 'session') stored.delete(commit.head.definitionHash)
      const [first, ...along] = commits
      if (first) return send(first, along)
    }
    const result = resultOf(answer)
    if (result.ok) for (const commit of commits) if (commit.kind === 'session') written(commit)
    return result
  }

  function written(commit: SessionCommit): void {
    waiters.committed(commit)
    const hash = commit.definition?.hash
    if (hash !== undefined && !stored.has(hash)) stored.set(hash, true)
  }

  return send
}
