/**
 * One action on many sessions. The selection is frozen when the job is made; the job runs in the background, in the process
 * that made it, and is taken up by another, or after a restart, where that one is gone.
 *
 * Invariants
 * 1. A job acts on the sessions that were chosen when it was made, and on no other.
 * 2. A job that was acknowledged ends, as long as there is a process.
 */
import { BULK_JOBS_MAXIMUM, BULK_MAXIMUM, type BulkItem, type BulkJob, type Page } from '@opscore/contract'
import type { Sessions } from '../aggregate/agents-and-sessions.ts'
import { DomainError } from '../core/domain-error.ts'
import type { BulkCommands, ListRequest, Once } from '../engine.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import type { SessionFilter, Store } from '../ports/store.ts'
import { allPages } from '../query/all-pages.ts'
import { actOnSession } from './act-on-session.ts'
import { CHUNK, type JobState, jobView } from './bulk-job.ts'
import { createJobStore } from './job-store.ts'
import { runJob } from './run-job.ts'

/** How often jobs are looked for whose process is gone, and how long that was not heard of; in milliseconds. */
const LOOK_AGAIN = 15_000
const GONE_AFTER = 60_000

export interface BulkJobs extends BulkCommands {
  /** Takes up what a process before left, and looks for such from then on. */
  start(): void
  close(): Promise<void>
}

export function createBulkJobs(parts: {
  store: Store
  sessions: Sessions
  clock: Clock
  ids: Ids
  log: Log
  processId: string
}): BulkJobs {
  const { store, clock, ids, log, processId } = parts
  const { now } = clock
  const jobs = createJobStore(store, now)
  const running = new Map<string, Promise<void>>()
  const end = new AbortController()
  let callOff: (() => void) | null = null

  function run(jobId: string): void {
    if (running.has(jobId) || end.signal.aborted) return
    const act = (sessionId: string, job: JobState) => actOnSession(parts, sessionId, job)
    const work = runJob({ jobs, processId, now, log, act, pause: pauseOn(clock) }, jobId, end.signal)
      .catch((error) => {
        if (!end.signal.aborted) log.warn({ jobId, error: String(error) }, 'A bulk job stopped and is taken up again')
      })
      .finally(() => running.delete(jobId))
    running.set(jobId, work)
  }

  /** What this process had before a restart is nobody's, where no other can have it. */
  async function takeUp(): Promise<void> {
    for (const jobId of await jobs.open()) {
      const job = (await jobs.job(jobId))?.state
      if (!job) continue
      const isOurs = job.runner === processId || !store.shared
      if (isOurs || job.aliveAt <= now() - GONE_AFTER) run(jobId)
    }
  }

  function look(): void {
    takeUp()
      .catch((error) => log.warn({ error: String(error) }, 'Bulk jobs cannot be looked for; it is tried again'))
      .finally(() => {
        if (!end.signal.aborted) callOff = clock.at(now() + LOOK_AGAIN, look)
      })
  }

  async function made(jobId: string, asked: Once | undefined): Promise<BulkJob | null> {
    const known = asked && (await jobs.job(jobId))
    if (!known) return null
    if (known.state.fingerprint === asked.fingerprint) return jobView(jobId, known.state)
    throw new DomainError('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used with another body; use a new key')
  }

  return {
    async startBulk({ selection, filter, action, reason, dryRun = false }, asked) {
      const jobId = asked ? jobIdOf(asked.key) : ids.uuid()
      const before = await made(jobId, asked)
      if (before) return before
      if (running.size >= BULK_JOBS_MAXIMUM) {
        throw new DomainError('TOO_MANY_JOBS', `${BULK_JOBS_MAXIMUM} bulk jobs are running; wait until one has ended`)
      }
      const sessionIds = selection ?? (await chosenBy(store, filter ?? {}))
      const job: JobState = {
        action,
        reason: reason ?? null,
        dryRun,
        total: sessionIds.length,
        done: 0,
        counts: { ok: 0, skipped: 0, failed: 0 },
        createdAt: now(),
        endedAt: sessionIds.length === 0 ? now() : null,
        chunks: ids.uuid(),
        fingerprint: asked?.fingerprint ?? null,
        runner: processId,
        aliveAt: now(),
      }
      if (!(await jobs.add(jobId, job, sessionIds))) {
        // Made by another request with the same key meanwhile.
        return (await made(jobId, asked)) ?? jobView(jobId, job)
      }
      run(jobId)
      return jobView(jobId, job)
    },
    async bulkJob(jobId) {
      const found = await jobs.job(jobId)
      if (found) return jobView(jobId, found.state)
      throw new DomainError('JOB_NOT_FOUND', `Bulk job not found: ${jobId}`)
    },
    async bulkItems(jobId, list) {
      const found = await jobs.job(jobId)
      if (!found) throw new DomainError('JOB_NOT_FOUND', `Bulk job not found: ${jobId}`)
      return itemsOf(found.state, list)
    },
    start: look,
    async close() {
      end.abort()
      callOff?.()
      await Promise.all(running.values())
    },
  }

  /** Of those that are done; `after` is the place of the last one of the page before. */
  async function itemsOf(job: JobState, { limit, after = '0' }: ListRequest): Promise<Page<BulkItem>> {
    const from = Number(after)
    const to = Math.min(job.done, from + limit)
    const items: BulkItem[] = []
    for (let at = from; at < to; ) {
      const chunk = await jobs.chunk(job, Math.floor(at / CHUNK))
      if (!chunk) break
      const first = at - (at % CHUNK)
      const { sessionIds, outcomes } = chunk.state
      for (; at < to && at < first + sessionIds.length; at++) {
        const outcome = outcomes[at - first]
        if (outcome) items.push({ sessionId: sessionIds[at - first] ?? '', ...outcome })
      }
    }
    return { items, nextCursor: to < job.done ? String(to) : null }
  }
}

/** What the filter matches now, newest first. @throws DomainError `BULK_TOO_LARGE` */
async function chosenBy(store: Store, filter: SessionFilter): Promise<string[]> {
  const chosen = new Set<string>()
  for await (const page of allPages((request) => store.listSessions(filter, request), 200)) {
    for (const { sessionId } of page) chosen.add(sessionId)
    if (chosen.size > BULK_MAXIMUM) {
      throw new DomainError('BULK_TOO_LARGE', `The filter matches more than ${BULK_MAXIMUM} sessions; narrow it`)
    }
  }
  return [...chosen]
}

/** The same key always names the same job. */
const jobIdOf = (key: string): string => key.slice(key.indexOf(':') + 1)

const pauseOn =
  (clock: Clock) =>
  (milliseconds: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const callOff = clock.at(clock.now() + milliseconds, resolve)
      const stop = () => {
        callOff()
        resolve()
      }
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
    })
