/** Commits on their way to the writer. */
import type { Clock } from '../../ports/clock.ts'
import type { Commit, CommitResult, OnceRecord } from '../../ports/store.ts'
import { writeCommit } from './entry-cells.ts'
import { KnownRows } from './known-rows.ts'
import type { createWriteQueue } from './write-queue.ts'
import { MISSES_DEFINITION } from './write-request.ts'

const KNOWN_DEFINITIONS = 2_000

export function createCommits(parts: {
  queue: ReturnType<typeof createWriteQueue>
  /** By which once-records expire. */
  clock: Pick<Clock, 'now'>
}): (commit: Commit) => Promise<CommitResult> {
  const { queue, clock } = parts
  /** Hashes of definitions that sessions have begun by. */
  const stored = new KnownRows<true>(KNOWN_DEFINITIONS)
  const context = { now: clock.now, isStored: (hash: string) => stored.has(hash) }

  const send = (commit: Commit): Promise<number | string> =>
    queue.add((cells) => writeCommit(cells, commit, context), commit.events)

  /** A definition that was stored is there unless the last session or workflow that needed it has gone meanwhile. */
  async function begin(commit: Commit, hash: string): Promise<CommitResult> {
    const answer = await send(commit)
    if (answer === MISSES_DEFINITION) {
      stored.delete(hash)
      return resultOf(await send(commit))
    }
    const result = resultOf(answer)
    if (result.ok) stored.set(hash, true)
    return result
  }

  return (commit) =>
    commit.kind === 'session' && commit.definition ? begin(commit, commit.definition.hash) : send(commit).then(resultOf)
}

function resultOf(answer: number | string): CommitResult {
  if (answer === 0) return { ok: false, reason: 'conflict' }
  if (typeof answer === 'number') return { ok: true, version: answer }
  const records: OnceRecord[] = JSON.parse(answer)
  return { ok: false, reason: 'duplicate', records }
}
