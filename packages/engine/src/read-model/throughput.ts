/** The last hour minute by minute, folded from events, and the tasks that are between two attempts. Pure. */
import { type OverviewSeries, SERIES_BUCKET_SECONDS, SERIES_BUCKETS } from '@opscore/contract'
import type { CommittedEvent } from '../core/event.ts'
import { createLatencyHistogram, type LatencyHistogram } from './latency-histogram.ts'

const BUCKET = SERIES_BUCKET_SECONDS * 1_000

/** What a series reaches back, in milliseconds. */
export const SERIES_SPAN = SERIES_BUCKETS * BUCKET

/** Attempts that are ready and not dispatched, remembered at most; of the oldest beyond, the time to dispatch is not measured. */
const MEASURED = 100_000

interface Bucket {
  /** Which minute it is of, since the epoch. */
  minute: number
  started: number
  completed: number
  failed: number
  dispatched: number
  readyToDispatch: LatencyHistogram | null
}

export interface Throughput {
  apply(event: CommittedEvent): void
  /** `knownFrom`: of earlier minutes nothing is known; epoch milliseconds. */
  series(now: number, knownFrom: number): OverviewSeries
  /** Tasks that wait for their next attempt. */
  backingOff(): number
}

export function createThroughput(): Throughput {
  const buckets = new Map<number, Bucket>()
  const readySince = new Map<string, number>()
  const backingOff = new Set<string>()

  function bucketOf(time: number): Bucket {
    const minute = Math.floor(time / BUCKET)
    const place = minute % SERIES_BUCKETS
    const known = buckets.get(place)
    if (known && known.minute >= minute) return known
    const fresh: Bucket = { minute, started: 0, completed: 0, failed: 0, dispatched: 0, readyToDispatch: null }
    buckets.set(place, fresh)
    return fresh
  }

  function ready(taskId: string, time: number): void {
    readySince.set(taskId, time)
    if (readySince.size <= MEASURED) return
    for (const oldest of readySince.keys()) return void readySince.delete(oldest)
  }

  function dispatched(taskId: string, time: number): void {
    const bucket = bucketOf(time)
    bucket.dispatched += 1
    const since = readySince.get(taskId)
    if (since === undefined) return
    bucket.readyToDispatch ??= createLatencyHistogram()
    bucket.readyToDispatch.add(Math.max(0, time - since))
    readySince.delete(taskId)
  }

  function applyToTask(type: CommittedEvent['type'], taskId: string, time: number): void {
    if (type === 'task.retry_scheduled') return void backingOff.add(taskId)
    if (type === 'task.late_result') return
    backingOff.delete(taskId)
    if (type === 'task.scheduled') return ready(taskId, time)
    if (type === 'task.dispatched') return dispatched(taskId, time)
    // It still waits for who takes it.
    if (type !== 'task.assigned' && type !== 'task.refused') readySince.delete(taskId)
  }

  return {
    apply({ type, time, taskId }) {
      if (type === 'session.started') bucketOf(time).started += 1
      else if (type === 'session.completed') bucketOf(time).completed += 1
      else if (type === 'session.failed') bucketOf(time).failed += 1
      else if (taskId !== undefined && type.startsWith('task.')) applyToTask(type, taskId, time)
    },
    series(now, knownFrom) {
      const last = Math.floor(now / BUCKET)
      const first = last - SERIES_BUCKETS + 1
      const known = Math.ceil(knownFrom / BUCKET)
      const each = (read: (bucket: Bucket | undefined) => number | null) =>
        Array.from({ length: SERIES_BUCKETS }, (_, index) => {
          const minute = first + index
          const bucket = buckets.get(minute % SERIES_BUCKETS)
          return minute < known ? null : read(bucket?.minute === minute ? bucket : undefined)
        })
      return {
        bucketSeconds: SERIES_BUCKET_SECONDS,
        from: new Date(first * BUCKET).toISOString(),
        started: each((bucket) => bucket?.started ?? 0),
        completed: each((bucket) => bucket?.completed ?? 0),
        failed: each((bucket) => bucket?.failed ?? 0),
        dispatched: each((bucket) => bucket?.dispatched ?? 0),
        readyToDispatchMs: {
          p50: each((bucket) => bucket?.readyToDispatch?.quantile(0.5) ?? null),
          p99: each((bucket) => bucket?.readyToDispatch?.quantile(0.99) ?? null),
        },
      }
    },
    backingOff: () => backingOff.size,
  }
}
