import { appendFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { wait } from '@opscore/contract/time'
import { machineCpu } from '../../bench/harness/process-usage.ts'
import type { Stand } from '../stand/start-stand.ts'
import { countProcess, type ProcessCount } from './process-sample.ts'
import { parseMetrics, type Reading, type RouteTimes, routeTimes } from './prometheus.ts'
import { type RedisInfo, redisInfo } from './redis-info.ts'

/** How one process was, over the time since the sample before. */
export interface ProcessSample {
  /** Cores: 1 is one of them, whole. */
  cpu: number
  busiest: number
  memory: number
  descriptors: number
  sockets: number
  /** Bytes a second. */
  read: number
  written: number
}

export interface Sample {
  /** Wall clock, in seconds. */
  t: number
  /** The share of all processors of the machine that was in use, by whomever. */
  machine: number
  processes: Record<string, ProcessSample>
  opsCore?: {
    /** Event-loop delay over the last two seconds, in milliseconds. */
    delay: { p50: number; p99: number; max: number }
    openSessions: number
    heap: number
    routes: RouteTimes[]
  }
  /** Bytes a second over its sockets, and bytes of its data. */
  redis?: RedisInfo
}

export interface SamplerOptions {
  stand: Stand
  /** Others to watch, by name. */
  others: ReadonlyMap<string, number>
  /** Where each sample is written as a line of JSON. */
  file: string
  interval: number
  signal: AbortSignal
}

/** Watches until it is told to stop. A sample that cannot be taken is left out: what is watched may be ending. */
export async function sample({ stand, others, file, interval, signal }: SamplerOptions): Promise<void> {
  const pids = new Map([...stand.pids, ...others])
  let before = await takeCounts(stand, pids)
  while (!signal.aborted) {
    await wait(interval, { signal }).catch(() => {})
    if (signal.aborted) return
    const after = await takeCounts(stand, pids)
    appendFileSync(file, `${JSON.stringify(between(before, after))}\n`)
    before = after
  }
}

interface Counts {
  at: number
  machine: number
  processes: Map<string, ProcessCount>
  redis: RedisInfo | undefined
  readings: Reading[] | undefined
}

async function takeCounts(stand: Stand, pids: ReadonlyMap<string, number>): Promise<Counts> {
  const [redis, readings] = await Promise.all([
    stand.redisPort === undefined ? undefined : redisInfo(stand.redisPort).catch(() => undefined),
    readMetrics(stand).catch(() => undefined),
  ])
  const counted = [...pids].flatMap(([name, pid]): [string, ProcessCount][] => {
    const count = countProcess(pid)
    return count ? [[name, count]] : []
  })
  return { at: Date.now(), machine: machineCpu(), processes: new Map(counted), redis, readings }
}

async function readMetrics({ url, metricsKey }: Stand): Promise<Reading[]> {
  const headers = { authorization: `Bearer ${metricsKey}` }
  const answer = await fetch(`${url}/metrics`, { headers, signal: AbortSignal.timeout(10_000) })
  if (!answer.ok) throw new Error(`/metrics answered ${answer.status}`)
  return parseMetrics(await answer.text())
}

function between(before: Counts, after: Counts): Sample {
  const elapsed = Math.max(1, after.at - before.at)
  const processes = [...after.processes].flatMap(([name, now]): [string, ProcessSample][] => {
    const then = before.processes.get(name)
    return then ? [[name, processBetween(then, now, elapsed)]] : []
  })
  const { redis, readings } = after
  return {
    t: after.at / 1000,
    machine: (after.machine - before.machine) / elapsed / availableParallelism(),
    processes: Object.fromEntries(processes),
    ...(readings ? { opsCore: opsCoreOf(readings) } : {}),
    ...(redis && before.redis ? { redis: redisBetween(before.redis, redis, elapsed) } : {}),
  }
}

function processBetween(then: ProcessCount, now: ProcessCount, elapsed: number): ProcessSample {
  const rate = (key: Exclude<keyof ProcessCount, 'threads'>) => Math.max(0, now[key] - then[key]) / elapsed
  return {
    cpu: rate('cpu'),
    busiest: busiestOf(then.threads, now.threads) / elapsed,
    memory: now.memory,
    descriptors: now.descriptors,
    sockets: now.sockets,
    read: rate('read') * 1000,
    written: rate('written') * 1000,
  }
}

/** Of those that were there all the time: what a child had used when it was first seen is not of this time. */
export function busiestOf(then: ProcessCount['threads'], now: ProcessCount['threads']): number {
  return Math.max(0, ...[...now].map(([pid, used]) => used - (then.get(pid) ?? used)))
}

function redisBetween(then: RedisInfo, now: RedisInfo, elapsed: number): RedisInfo {
  const rate = (key: 'received' | 'sent') => (1000 * Math.max(0, now[key] - then[key])) / elapsed
  return { received: rate('received'), sent: rate('sent'), memory: now.memory }
}

function opsCoreOf(readings: readonly Reading[]): NonNullable<Sample['opsCore']> {
  const value = (name: string, quantile?: string) =>
    readings.find((each) => each.name === name && each.labels.quantile === quantile)?.value ?? Number.NaN
  const delay = (quantile: string) => 1000 * value('opscore_event_loop_delay_seconds', quantile)
  return {
    delay: { p50: delay('0.5'), p99: delay('0.99'), max: delay('1') },
    openSessions: value('opscore_open_sessions'),
    heap: value('nodejs_heap_size_used_bytes'),
    routes: routeTimes(readings).filter(({ count }) => count > 0),
  }
}
