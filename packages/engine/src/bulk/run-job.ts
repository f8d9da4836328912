import { DomainError } from '../core/domain-error.ts'
import type { Log } from '../ports/log.ts'
import { StoreFullError, StoreUnavailableError } from '../ports/store.ts'
import { CHUNK, type ItemOutcome, type JobState, withOutcomes } from './bulk-job.ts'
import type { JobStore, Kept } from './job-store.ts'

/** Sessions of a job that are acted on at once. */
const AT_ONCE = 8
/** How long the store is left alone after it could not be written, in milliseconds. */
const TRY_AGAIN = 1_000

/**
 * Takes a job on, chunk by chunk, until it is done or `signal` aborts; then it is left for whoever takes it up. A chunk that
 * was acted on and not noted is acted on again: the actions do no harm twice.
 */
export async function runJob(
  parts: {
    jobs: JobStore
    processId: string
    now: () => number
    log: Log
    act: (sessionId: string, job: JobState) => Promise<ItemOutcome>
    pause: (milliseconds: number, signal: AbortSignal) => Promise<void>
  },
  jobId: string,
  signal: AbortSignal,
): Promise<void> {
  const { jobs, processId, now, log, act, pause } = parts

  async function outcomeOf(sessionId: string, job: JobState): Promise<ItemOutcome> {
    for (;;) {
      signal.throwIfAborted()
      try {
        return await act(sessionId, job)
      } catch (error) {
        if (error instanceof StoreUnavailableError || error instanceof StoreFullError) await pause(TRY_AGAIN, signal)
        else return failureOf(sessionId, error)
      }
    }
  }

  function failureOf(sessionId: string, error: unknown): ItemOutcome {
    log.error({ jobId, sessionId, error: String(error) }, 'A bulk action failed on a session')
    const code = error instanceof DomainError ? error.code : 'INTERNAL'
    return { outcome: 'failed', code, detail: 'The action failed; the log of the server says why' }
  }

  /** `null` where another process has taken the job over. */
  async function runChunk(kept: Kept<JobState>): Promise<Kept<JobState> | null> {
    const job = kept.state
    const index = Math.floor(job.done / CHUNK)
    const chunk = await jobs.chunk(job, index)
    if (!chunk) throw new Error(`The job ${jobId} lacks its chunk ${index}`)
    const { sessionIds } = chunk.state
    const outcomes = chunk.state.outcomes.slice()
    if (outcomes.length === 0) {
      for (let first = 0; first < sessionIds.length; first += AT_ONCE) {
        const some = sessionIds.slice(first, first + AT_ONCE)
        outcomes.push(...(await Promise.all(some.map((sessionId) => outcomeOf(sessionId, job)))))
      }
      if (!(await jobs.saveChunk(job, index, chunk, { sessionIds, outcomes }))) return null
    }
    return jobs.save(jobId, kept, withOutcomes(job, outcomes, now()))
  }

  const found = await jobs.job(jobId)
  let kept = found && found.state.endedAt === null ? found : null
  if (kept) kept = await jobs.save(jobId, kept, { ...kept.state, runner: processId, aliveAt: now() })
  while (kept && kept.state.endedAt === null) {
    signal.throwIfAborted()
    kept = await runChunk(kept)
  }
  if (kept || found?.state.endedAt) await jobs.ended(jobId)
}
