/** Commits on their way to the writer. */
import type { Clock } from '../../ports/clock.ts'
import type { Commit, CommitResult, OnceRecord } from '../../ports/store.ts'
import { writeCommit } from './entry-cells.ts'
import { KnownRows } from './known-rows.ts'
import type { createWriteQueue } from './write-queue.ts'
import { MISSES_DEFINITION } from './write-request.ts'

export function createCommits(parts: {
  queue: ReturnType<typeof createWriteQueue>
  /** By which once-records expire. */
  clock: Pick<Clock, 'now'>
}): (commit: Commit) => Promise<CommitResult> {
  const { queue, clock } = parts
  /** Hashes of definitions that sessions have begun by. */
  const stored = new KnownRows<true>()
  const context = { now: clock.now, isStored: (hash: string) => stored.has(hash) }

  async function put(commit: Commit): Promise<CommitResult> {
    const answer = await queue.add((cells) => writeCommit(cells, commit, context), commit.events)
    if (answer === 0) return { ok: false, reason: 'conflict' }
    if (typeof answer === 'number') return { ok: true, version: answer }
    const records: OnceRecord[] = JSON.parse(answer)
    return { ok: false, reason: 'duplicate', records }
  }

  /** A definition that was stored is there unless the last session or workflow that needed it has gone meanwhile. */
  async function begin(commit: Commit, { hash }: { hash: string }): Promise<CommitResult> {
    const result = await put(commit)
    const isMissing = result.ok && result.version === MISSES_DEFINITION
    if (isMissing) stored.delete(hash)
    else if (result.ok) stored.set(hash, true)
    return isMissing ? put(commit) : result
  }

  return (commit) => (commit.kind === 'session' && commit.definition ? begin(commit, commit.definition) : put(commit))
}
