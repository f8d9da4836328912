/** Commits on their way to the writer. */
import type { Clock } from '../../ports/clock.ts'
import type { Commit, CommitResult, OnceRecord } from '../../ports/store.ts'
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

  const send = (commit: Commit): Promise<number | string> =>
    queue.add((cells) => writeCommit(cells, commit, context), commit.events)

  /** What is told of a commit is told before whoever waits for it goes on. */
  function concluded(commit: Commit, answer: number | string): CommitResult {
    const result = resultOf(answer)
    if (result.ok && commit.kind === 'session') waiters.committed(commit)
    return result
  }

  /** A definition that was stored is there unless the last session or workflow that needed it has gone meanwhile. */
  const begin = (commit: Commit, hash: string): Promise<CommitResult> =>
    send(commit).then((answer) => {
      if (answer === MISSES_DEFINITION) {
        stored.delete(hash)
        return send(commit).then((second) => concluded(commit, second))
      }
      const result = concluded(commit, answer)
      if (result.ok && !stored.has(hash)) stored.set(hash, true)
      return result
    })

  return (commit) =>
    commit.kind === 'session' && commit.definition
      ? begin(commit, commit.definition.hash)
      : send(commit).then((answer) => concluded(commit, answer))
}

function resultOf(answer: number | string): CommitResult {
  if (answer === 0) return { ok: false, reason: 'conflict' }
  if (typeof answer === 'number') return { ok: true, version: answer }
  const records: OnceRecord[] = JSON.parse(answer)
  return { ok: false, reason: 'duplicate', records }
}
