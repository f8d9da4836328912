/** A bulk job as it is stored: the job itself, and its sessions with what became of each, a chunk to a record. */
import type { BulkAction, BulkItem, BulkJob } from '@opscore/contract'

/** Times are epoch milliseconds. */
export interface JobState {
  action: BulkAction
  reason: string | null
  dryRun: boolean
  total: number
  done: number
  counts: { ok: number; skipped: number; failed: number }
  createdAt: number
  endedAt: number | null
  /** The records of its chunks are named after it. */
  chunks: string
  /** The body that made it, where its maker wants it made once. */
  fingerprint: string | null
  /** The process at work on it, and when that was heard of last. */
  runner: string
  aliveAt: number
}

export type ItemOutcome = Omit<BulkItem, 'sessionId'>

/** `outcomes` are those of the sessions at the same places. */
export interface ChunkState {
  sessionIds: string[]
  outcomes: ItemOutcome[]
}

/** Sessions of one chunk: what is done again at most where a process dies. */
export const CHUNK = 50

export const chunkIdOf = ({ chunks }: Pick<JobState, 'chunks'>, index: number): string => `${chunks}.${index}`

export function jobView(jobId: string, { action, dryRun, total, done, counts, createdAt, endedAt }: JobState): BulkJob {
  return {
    jobId,
    action,
    dryRun,
    status: endedAt === null ? 'running' : 'completed',
    total,
    done,
    counts,
    createdAt: new Date(createdAt).toISOString(),
    endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
  }
}

/** The job once these outcomes are among it. */
export function withOutcomes(job: JobState, outcomes: readonly ItemOutcome[], now: number): JobState {
  const counts = { ...job.counts }
  for (const { outcome } of outcomes) counts[outcome] += 1
  const done = job.done + outcomes.length
  return { ...job, counts, done, aliveAt: now, endedAt: done >= job.total ? now : null }
}
