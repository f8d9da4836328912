/**
 * Wake-ups of any number of processes, on BullMQ: it delays them, hands each to one worker, and hands it to another where
 * that one dies. Nothing true is kept in it: emptied, it costs the time until the next round looks for what is due.
 *
 * Invariants
 * 1. Only what is due within `SHARED_HORIZON` becomes a job; the rest is found by a round when its time has come near.
 * 2. An aggregate that has a job from here gets no later one: the early one looks, and asks again.
 * 3. Of two that ask for the same aggregate at once the later alone becomes a job, where the earlier has not left yet: both
 *    were committed before either leaves, and whoever is woken looks at the aggregate whole. One that says what was lost stays.
 * 4. A job's id names the version that asked for it, as BullMQ drops one whose id is running.
 * 5. A round runs once in each slot of its interval, over all processes: the slot is in its job's id.
 */

import type { AggregateRef, Clock, Log, WakeUp } from '@opscore/engine/store'
import { type Round, SHARED_HORIZON, type WakeQueue } from '@opscore/engine/store'
import type { RedisAddress } from '@opscore/store-redis/address'
import { createClient } from '@opscore/store-redis/client'
import { type Job, Queue, Worker } from 'bullmq'
import { createJobBuffer } from './job-buffer.ts'

export interface BullWakeQueueOptions {
  address: RedisAddress
  clock: Clock
  log: Log
  /** As many aggregates as a group commit can take along at once. */
  concurrency?: number
}

/** All keys of the queue lie in one slot of a Cluster. */
const PREFIX = '{opscore}'
const NAME = 'wake-ups'
/** Long enough not to hammer a store that refuses, short enough that nobody waits for it; and how often. */
const RETRY = { attempts: 10, backoff: { type: 'fixed', delay: 1_000 } }
/** Times of aggregates' jobs that are kept without a look at whether they have come. */
const KEPT = 1_024
/** How long handlers have to end when it is closed; milliseconds. */
const CLOSE_WITHIN = 10_000

export function createBullWakeQueue({ address, clock, log, concurrency = 64 }: BullWakeQueueOptions): WakeQueue {
  const producer = createClient(address)
  const queue = new Queue(NAME, { connection: producer, prefix: PREFIX })
  queue.on('error', (error) => log.debug({ error: String(error) }, 'The wake queue cannot reach Redis'))
  const buffer = createJobBuffer(queue, log)
  /** When the aggregate's earliest job from here comes. */
  const coming = new Map<string, number>()
  let forgetAt = KEPT
  const rounds = new Map<string, { round: Round; callOff: () => void }>()
  let worker: { close: () => Promise<void> } | null = null
  let closed = false

  function schedule(wake: WakeUp): void {
    const now = clock.now()
    if (closed || wake.at > now + SHARED_HORIZON) return
    const name = `${wake.kind}-${encodeURIComponent(wake.id)}-${wake.version}`
    const key = keyOf(wake)
    if (wake.at <= now) {
      return buffer.add({ name: 'wake', data: wake, opts: { ...RETRY, jobId: name } }, wake.lost ? name : key)
    }
    const known = coming.get(key) ?? 0
    if (known > now && known <= wake.at) return
    coming.set(key, wake.at)
    if (coming.size >= forgetAt) forget(now)
    const delay = Math.ceil(wake.at - now)
    buffer.add({ name: 'wake', data: wake, opts: { ...RETRY, delay, jobId: `${name}-${wake.at}` } })
  }

  /** What has come is of no use any more; it is looked for when there is twice as much as was left the last time. */
  function forget(now: number): void {
    for (const [key, at] of coming) if (at <= now) coming.delete(key)
    forgetAt = Math.max(KEPT, 2 * coming.size)
  }

  /** Each process asks for each slot; one job comes of it, and is kept until the slot is over. */
  function askFor(round: Round): void {
    const { name, interval } = round
    const slot = Math.floor(clock.now() / interval)
    const age = Math.ceil((2 * interval) / 1_000)
    const opts = { jobId: `${name}-${slot}`, removeOnComplete: { age }, removeOnFail: { age } }
    buffer.add({ name: 'round', data: { name }, opts })
    const callOff = clock.at((slot + 1) * interval, () => askFor(round))
    rounds.set(name, { round, callOff })
  }

  async function carryOut(job: Job, handle: (wake: WakeUp) => Promise<void>): Promise<void> {
    if (job.name === 'round') {
      await rounds.get(String(job.data?.name))?.round.run()
      return
    }
    const wake = readWake(job.data)
    if (wake) await handle(wake)
  }

  return {
    horizon: SHARED_HORIZON,
    schedule,
    // The job comes all the same, and changes nothing.
    cancel: () => {},
    start(handle) {
      const connection = createClient(address, 'waits')
      const working = new Worker(NAME, (job) => carryOut(job, handle), {
        connection,
        prefix: PREFIX,
        concurrency,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
        runRetryDelay: 500,
      })
      working.on('error', (error) => log.debug({ error: String(error) }, 'The wake queue cannot reach Redis'))
      worker = {
        async close() {
          const late = AbortSignal.timeout(CLOSE_WITHIN)
          await Promise.race([working.close(), new Promise((resolve) => late.addEventListener('abort', resolve))])
          connection.disconnect()
        },
      }
    },
    every(round) {
      if (!closed) askFor(round)
    },
    async close() {
      closed = true
      for (const { callOff } of rounds.values()) callOff()
      await worker?.close()
      await buffer.close()
      await queue.close()
      producer.disconnect()
    },
  }
}

const keyOf = ({ kind, id }: AggregateRef): string => `${kind}:${id}`

/** A job is JSON that another version may have written. */
function readWake(data: unknown): WakeUp | null {
  if (typeof data !== 'object' || data === null) return null
  const { kind, id, version, at, lost }: { [field in keyof WakeUp]?: unknown } = data
  if ((kind !== 'agent' && kind !== 'session') || typeof id !== 'string') return null
  if (typeof version !== 'number' || typeof at !== 'number') return null
  const capabilities = Array.isArray(lost) ? lost.filter((each) => typeof each === 'string') : []
  return { kind, id, version, at, ...(capabilities.length > 0 ? { lost: capabilities } : {}) }
}
