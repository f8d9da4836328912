import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { ApiError } from '@opscore/host'
import type { Contents, Write, WriteName, Writes } from './records.ts'
import type { Batch, Failure, WriterReply } from './writer-thread.ts'

export interface Store {
  /** What lay there at the start. */
  readonly contents: Contents
  /** Resolves once the write is on disk. Rejects with an `ApiError` where it is not there. */
  write<K extends WriteName>(name: K, argument: Writes[K]['argument']): Promise<Writes[K]['outcome']>
  /** Takes a row out of the outbox, along with a commit to come: losing it sends the row once more, which is allowed. */
  settle(kind: 'notices' | 'messages', id: number): void
  [Symbol.asyncDispose](): Promise<void>
}

interface Pending {
  write: Write
  resolve(outcome: unknown): void
  reject(error: Error): void
}

/** Beyond it the disk is too slow for what comes in; what waits here is unacknowledged and only costs memory. */
const QUEUE_LIMIT = 10_000

/** Settled rows wait for a write to travel with, so that they cost no flush of their own; at most so long (ms). */
const SETTLE_DELAY = 50

/**
 * The writer thread's near end. Group commit: whatever has arrived while the last commit ran is the next one, nothing
 * waits for company. `onLost` is called once where the disk or the file failed in a way that leaves unknown what is on it.
 */
export async function openStore({
  directory,
  onLost,
}: {
  directory: string
  onLost: (error: Error) => void
}): Promise<Store> {
  const { worker, contents } = await startWriter(directory)
  let waiting: Pending[] = []
  let running: Pending[] | undefined
  let settled: Batch['settled'] = { notices: [], messages: [] }
  let travelling: Batch['settled'] = { notices: [], messages: [] }
  let settleTimer: NodeJS.Timeout | undefined
  let lost: Error | undefined
  let drained: (() => void) | undefined

  const hasSettled = () => settled.notices.length + settled.messages.length > 0

  function commitNext(): void {
    if (running !== undefined) return
    clearTimeout(settleTimer)
    settleTimer = undefined
    running = waiting
    waiting = []
    travelling = settled
    settled = { notices: [], messages: [] }
    worker.postMessage({ writes: running.map(({ write }) => write), settled: travelling } satisfies Batch)
  }

  function finish(reply: WriterReply): void {
    const batch = running ?? []
    running = undefined
    if (reply.kind === 'committed') {
      for (const [index, outcome] of reply.outcomes.entries()) {
        if ('failure' in outcome) batch[index]?.reject(refusal(outcome.failure))
        else batch[index]?.resolve(outcome.value)
      }
    } else if (reply.kind === 'rolled-back') {
      settled.notices.push(...travelling.notices)
      settled.messages.push(...travelling.messages)
      for (const { reject } of batch) reject(refusal(reply.failure))
      if (reply.failure.kind === 'lost') return giveUp(new Error(reply.failure.message))
    }
    if (waiting.length > 0) commitNext()
    else if (drained !== undefined) drained()
    else if (hasSettled()) scheduleSettling()
  }

  function scheduleSettling(): void {
    settleTimer ??= setTimeout(commitNext, SETTLE_DELAY)
  }

  function giveUp(error: Error): void {
    if (lost !== undefined) return
    lost = error
    clearTimeout(settleTimer)
    for (const { reject } of [...(running ?? []), ...waiting]) reject(unavailable(error.message))
    running = undefined
    waiting = []
    drained?.()
    onLost(error)
  }

  worker.on('message', finish)
  worker.on('error', giveUp)

  return {
    contents,
    write(name, argument) {
      if (lost !== undefined) return Promise.reject(unavailable(lost.message))
      if (waiting.length >= QUEUE_LIMIT) {
        return Promise.reject(new ApiError('OVERLOADED', 'Too many writes are waiting for the disk', { retryAfter: 1 }))
      }
      // The writer answers a write with the outcome of that write's own name: see WriteOperations.
      return new Promise((resolve: (outcome: never) => void, reject) => {
        waiting.push({ write: { name, argument } as Write, resolve: resolve as (outcome: unknown) => void, reject })
        if (waiting.length === 1) setImmediate(commitNext)
      })
    },
    settle(kind, id) {
      settled[kind].push(id)
      if (running === undefined && lost === undefined) scheduleSettling()
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(settleTimer)
      if (lost !== undefined) return void (await worker.terminate())
      if (running === undefined && (waiting.length > 0 || hasSettled())) commitNext()
      if (running !== undefined) await new Promise<void>((resolve) => (drained = resolve))
      const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
      worker.postMessage('close')
      await exited
    },
  }
}

/** Throws where the database cannot be opened. */
async function startWriter(directory: string): Promise<{ worker: Worker; contents: Contents }> {
  // The thread's file ends as this one does: .ts from source, .js where it was packed.
  const file = new URL(`./writer-thread${extname(import.meta.url)}`, import.meta.url)
  const worker = new Worker(file, { workerData: { directory } })
  const reply = await new Promise<WriterReply>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  worker.removeAllListeners('error')
  if (reply.kind === 'opened') return { worker, contents: reply.contents }
  await worker.terminate()
  throw new Error(reply.kind === 'not-opened' ? reply.message : 'The database did not open')
}

function refusal({ kind, message }: Failure): ApiError {
  if (kind === 'full') return new ApiError('STORE_FULL', 'The disk is full; nothing was stored', { retryAfter: 30 })
  return unavailable(message)
}

function unavailable(cause: string): ApiError {
  return new ApiError('STORE_UNAVAILABLE', 'The store did not take the write', { retryAfter: 5, cause })
}
