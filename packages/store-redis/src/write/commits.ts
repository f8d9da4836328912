/** Commits on their way to the queues of their partitions. */
import type { Answer, Clock, EventDraft, Log } from '@opscore/engine/store'
import { aggregateOf, type Commit, type CommitResult, resultOf, StoreUnavailableError } from '@opscore/engine/store'
import type { Link } from '../link/link.ts'
import type { Definitions } from '../read/definitions.ts'
import { partitionOfEffect } from '../rows/partition.ts'
import type { Places } from '../rows/places.ts'
import { writeCommit, writeSettled, writeTogether } from './batch-cells.ts'
import { createCommitQueue } from './commit-queue.ts'

export interface CommitsOptions {
  link: Link
  places: Places
  storeId: string
  definitions: Definitions
  clock: Pick<Clock, 'now'>
  log: Log
  /** Nobody listens to what is committed. */
  silent: () => boolean
  /** What was committed to a partition, in order, behind the position `first`. */
  committed: (partition: number, first: number, events: readonly EventDraft[]) => void
}

export function createCommits(options: CommitsOptions) {
  const { link, places, storeId, definitions, clock, log, silent, committed } = options
  const queues = places.all.map(({ meta }, partition) =>
    createCommitQueue({
      write: (cells) => link.run('commit', [meta], [storeId, String(clock.now()), ...cells]),
      silent,
      committed: (first, events) => committed(partition, first, events),
    }),
  )
  const settling = new Set<Promise<void>>()
  let closed = false

  function queueOf(partition: number) {
    const queue = queues[partition]
    if (!queue) throw new RangeError(`There is no partition ${partition}`)
    return queue
  }

  async function settle(effectIds: readonly string[]): Promise<void> {
    const byPartition = Map.groupBy(effectIds, (id) => partitionOfEffect(id, places.partitions))
    await Promise.all(
      [...byPartition].map(([partition, ids]) => queueOf(partition).add((cells) => writeSettled(cells, ids), resultOf)),
    )
  }

  /** After the commit, as they lie elsewhere. Where it fails they are carried out once more, which changes nothing. */
  function settleLater(effectIds: readonly string[]): void {
    if (effectIds.length === 0) return
    const settled = settle(effectIds)
      .catch((error: unknown) => log.debug({ error: String(error) }, 'Effects that are done are still in the store'))
      .finally(() => settling.delete(settled))
    settling.add(settled)
  }

  /** A session keeps its definition in its own partition, and takes it from the workflow where it brings none. */
  async function withDefinition(commit: Commit): Promise<Commit> {
    if (commit.kind === 'agent') return commit
    const hash = commit.head.definitionHash
    const definition = await definitions.byHash(hash)
    return definition ? { ...commit, definition: { hash, definition } } : commit
  }

  function write(commits: readonly [Commit, ...Commit[]]): Promise<CommitResult> {
    const { partition } = places.of(aggregateOf(commits[0]))
    const isHere = (effectId: string) => partitionOfEffect(effectId, places.partitions) === partition
    const elsewhere = commits.flatMap(({ done }) => done.filter((id) => !isHere(id)))
    const concluded = (answer: Answer): CommitResult => {
      const result = resultOf(answer)
      if (result.ok) settleLater(elsewhere)
      return result
    }
    const fill = (cells: string[]): void => {
      if (commits.length > 1) writeTogether(cells, commits.length)
      for (const commit of commits) writeCommit(cells, commit, commit.done.filter(isHere))
    }
    return queueOf(partition).add(fill, concluded, eventsOf(commits))
  }

  const bringsDefinition = (commit: Commit): boolean =>
    commit.kind === 'agent' || commit.expectedVersion > 0 || commit.definition !== undefined

  async function writeWithDefinitions(first: Commit, along: readonly Commit[]): Promise<CommitResult> {
    const whole = (commit: Commit) => (bringsDefinition(commit) ? commit : withDefinition(commit))
    return write([await whole(first), ...(await Promise.all(along.map(whole)))])
  }

  return {
    settle,
    commit(commit: Commit, along: readonly Commit[] = []): Promise<CommitResult> {
      if (closed) return Promise.reject(new StoreUnavailableError('The store is closed'))
      const isWhole = bringsDefinition(commit) && along.every(bringsDefinition)
      return isWhole ? write([commit, ...along]) : writeWithDefinitions(commit, along)
    },
    /** Takes nothing more, and resolves when all that was taken is answered. */
    async close(): Promise<void> {
      closed = true
      await Promise.all(queues.map((queue) => queue.idle()))
      await Promise.all(settling)
      for (const queue of queues) queue.end(new StoreUnavailableError('The store is closed'))
    },
  }
}

const eventsOf = ([first, ...along]: readonly [Commit, ...Commit[]]): readonly EventDraft[] =>
  along.length === 0 ? first.events : [first, ...along].flatMap(({ events }) => events)
