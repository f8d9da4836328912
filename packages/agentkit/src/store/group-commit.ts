import { startTimer } from '@opscore/contract/time'
import { ApiError } from '@opscore/host'
import type { Batch, BatchOutcome, Failure } from './commit-batch.ts'
import type { Settled, Write } from './records.ts'

interface Pending {
  write: Write
  resolve(outcome: unknown): void
  reject(error: ApiError): void
}

export interface GroupCommitOptions {
  /** Hands a batch to the writer; one `receive` follows before the next batch. */
  send(batch: Batch): void
  /** Called once, where the disk or the file failed in a way that leaves unknown what is on it. */
  onLost(error: Error): void
}

/** Beyond it the disk is too slow for what comes in; what waits here is unacknowledged and only costs memory. */
const QUEUE_LIMIT = 10_000

/** Settled rows wait so long, in milliseconds, for a write to travel with, so that they cost no flush of their own. */
const SETTLE_DELAY = 50

/** The same where the disk did not take them: a full one stays full for a while. */
const SETTLE_DELAY_AFTER_FAILURE = 5_000

/**
 * Spreads a commit's cost over whatever has arrived while the last one ran; nothing waits for company.
 * 1. At most one batch is with the writer, and batches are committed in the order in which their writes came.
 * 2. A write is resolved only after its batch is on disk.
 * 3. A settled row is sent to the writer until a batch with it is committed.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions
  #waiting: Pending[] = []
  #running: { pending: Pending[]; settled: Settled } | undefined
  #settled: Settled = { notices: [], messages: [] }
  #callOffSettling: (() => void) | undefined
  #lost: Error | undefined
  #idle: (() => void) | undefined

  constructor(options: GroupCommitOptions) {
    this.#options = options
  }

  /** Resolves with the writer's outcome for this write. Rejects with an `ApiError`; the write is then not stored. */
  write(write: Write): Promise<unknown> {
    if (this.#lost !== undefined) return Promise.reject(unavailable(this.#lost.message))
    if (this.#waiting.length >= QUEUE_LIMIT) {
      return Promise.reject(new ApiError('OVERLOADED', 'Too many writes are waiting for the disk', { retryAfter: 1 }))
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject })
      // After this turn of the loop: what the same turn reads from other connections comes along.
      if (this.#waiting.length === 1) setImmediate(() => this.#commitNext())
    })
  }

  settle(kind: keyof Settled, id: number): void {
    this.#settled[kind].push(id)
    this.#commitSettledIn(SETTLE_DELAY)
  }

  /** Takes the writer's answer to the batch that was sent last. */
  receive(outcome: BatchOutcome): void {
    const { pending, settled } = this.#running ?? { pending: [], settled: { notices: [], messages: [] } }
    this.#running = undefined
    if (outcome.kind === 'committed') acknowledge(pending, outcome.outcomes)
    else {
      this.#settled.notices.push(...settled.notices)
      this.#settled.messages.push(...settled.messages)
      for (const { reject } of pending) reject(refusal(outcome.failure))
      if (outcome.failure.kind === 'lost') return this.fail(new Error(outcome.failure.message))
    }
    if (this.#waiting.length > 0) return this.#commitNext()
    this.#idle?.()
    if (this.#hasSettled())
      this.#commitSettledIn(outcome.kind === 'committed' ? SETTLE_DELAY : SETTLE_DELAY_AFTER_FAILURE)
  }

  /** Nothing is written from here on. */
  fail(error: Error): void {
    if (this.#lost !== undefined) return
    this.#lost = error
    this.#callOffSettling?.()
    for (const { reject } of [...(this.#running?.pending ?? []), ...this.#waiting]) reject(unavailable(error.message))
    this.#running = undefined
    this.#waiting = []
    this.#idle?.()
    this.#options.onLost(error)
  }

  /** Commits what there is; resolves when the writer has nothing left to do. */
  async finish(): Promise<void> {
    this.#commitNext()
    if (this.#running !== undefined) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve
      })
    }
    this.#callOffSettling?.()
  }

  #commitNext(): void {
    if (this.#lost !== undefined || this.#running !== undefined) return
    if (this.#waiting.length === 0 && !this.#hasSettled()) return
    this.#callOffSettling?.()
    this.#callOffSettling = undefined
    this.#running = { pending: this.#waiting, settled: this.#settled }
    this.#waiting = []
    this.#settled = { notices: [], messages: [] }
    const { pending, settled } = this.#running
    this.#options.send({ writes: pending.map(({ write }) => write), settled })
  }

  #commitSettledIn(delay: number): void {
    if (this.#running !== undefined || this.#lost !== undefined) return
    this.#callOffSettling ??= startTimer(delay, () => this.#commitNext())
  }

  #hasSettled(): boolean {
    return this.#settled.notices.length + this.#settled.messages.length > 0
  }
}

function acknowledge(pending: Pending[], outcomes: ({ value: unknown } | { failure: Failure })[]): void {
  for (const [index, outcome] of outcomes.entries()) {
    if ('failure' in outcome) pending[index]?.reject(refusal(outcome.failure))
    else pending[index]?.resolve(outcome.value)
  }
}

function refusal({ kind, message }: Failure): ApiError {
  if (kind === 'full') return new ApiError('STORE_FULL', 'The disk is full; nothing was stored', { retryAfter: 30 })
  return unavailable(message)
}

function unavailable(cause: string): ApiError {
  return new ApiError('STORE_UNAVAILABLE', 'The store did not take the write', { retryAfter: 5, cause })
}
