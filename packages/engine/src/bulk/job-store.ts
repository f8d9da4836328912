/** Where bulk jobs are kept, so that they are there after a restart and for every process. */
import type { Json } from '@opscore/contract'
import { dropRecord, type RecordKind } from '../ports/record-store.ts'
import type { Store } from '../ports/store.ts'
import { allPages } from '../query/all-pages.ts'
import { CHUNK, type ChunkState, chunkIdOf, type JobState } from './bulk-job.ts'

/** How long a job is kept from its making, in milliseconds. */
const KEPT = 7 * 24 * 3_600_000

/** What was read, with the version that a later write must find. */
export interface Kept<T> {
  version: number
  state: T
}

export interface JobStore {
  /** Whether it was added: `false` where there is a job with this id. */
  add(jobId: string, job: JobState, sessionIds: readonly string[]): Promise<boolean>
  job(jobId: string): Promise<Kept<JobState> | null>
  chunk(job: JobState, index: number): Promise<Kept<ChunkState> | null>
  /** Whether it was written: another process may have taken the job over. */
  save(jobId: string, known: Kept<JobState>, state: JobState): Promise<Kept<JobState> | null>
  saveChunk(job: JobState, index: number, known: Kept<ChunkState>, state: ChunkState): Promise<boolean>
  /** Jobs that have not ended. */
  open(): Promise<string[]>
  ended(jobId: string): Promise<void>
}

export function createJobStore(store: Store, now: () => number): JobStore {
  async function read<T>(kind: RecordKind, id: string): Promise<Kept<T> | null> {
    const found = await store.getRecord(kind, id, now())
    // What is stored under a kind was written by `put` below, with that kind's shape.
    return found && { version: found.version, state: found.value as T }
  }

  const put = (kind: RecordKind, id: string, expectedVersion: number, value: object) =>
    // Jobs and chunks are plain data.
    store.putRecord({ kind, id, expectedVersion, value: value as Json, expiresAt: now() + KEPT, now: now() })

  return {
    async add(jobId, job, sessionIds) {
      for (let first = 0; first < sessionIds.length; first += CHUNK) {
        const chunk: ChunkState = { sessionIds: sessionIds.slice(first, first + CHUNK), outcomes: [] }
        await put('bulk-items', chunkIdOf(job, first / CHUNK), 0, chunk)
      }
      if (!(await put('bulk', jobId, 0, job))) return false
      if (job.endedAt === null) await put('bulk-open', jobId, 0, {})
      return true
    },
    job: (jobId) => read('bulk', jobId),
    chunk: (job, index) => read('bulk-items', chunkIdOf(job, index)),
    async save(jobId, { version }, state) {
      return (await put('bulk', jobId, version, state)) ? { version: version + 1, state } : null
    },
    saveChunk: (job, index, { version }, state) => put('bulk-items', chunkIdOf(job, index), version, state),
    async open() {
      const found: string[] = []
      for await (const page of allPages((request) => store.listRecords('bulk-open', now(), request))) {
        found.push(...page.map(({ id }) => id))
      }
      return found
    },
    async ended(jobId) {
      const open = await store.getRecord('bulk-open', jobId, now())
      if (open) await dropRecord(store, { kind: 'bulk-open', id: jobId, expectedVersion: open.version, now: now() })
    },
  }
}
