import type { ProcessSample, Sample } from '../watch/sampler.ts'
import { mean, round, sum } from './mean-and-round.ts'

/** What one process used over a span of time. Processors are cores, memory is bytes, the network bytes a second. */
export interface ResourceFigures {
  process: string
  cpu: { average: number; most: number }
  /** Of its main thread, or of the busiest of its processes. */
  busiest: { average: number; most: number }
  memory: Trend
  descriptors: Trend
  sockets: Trend
  read: number
  written: number
}

/** Where a figure stood over the first and the last quarter, and what lies between by the line that fits it best. */
export interface Trend {
  first: number
  last: number
  most: number
  /** What the line rises by over the whole span. */
  rise: number
  /** The standard deviation of what is off the line. */
  noise: number
}

export interface MachineFigures {
  /** Of all processors, cores in use by whomever, by the run's own processes, and by the others. */
  processors: number
  used: number
  own: number
  others: number
  /** Ops-Core's event loop, in milliseconds: the median of all samples' p99, and the longest delay. */
  delay?: { p99: number; longest: number }
  /** What Ops-Core's heap holds when rubbish has just been collected, in bytes: the least of each twentieth of the span. */
  heap?: Trend
  /** Redis' own count of its sockets' bytes a second, and its data at the end. */
  redis?: { received: number; sent: number; memory: number }
}

export function resourceFigures(samples: readonly Sample[]): ResourceFigures[] {
  const names = [...new Set(samples.flatMap(({ processes }) => Object.keys(processes)))]
  return names.map((name) => {
    const of = (read: (sample: ProcessSample) => number) =>
      samples.flatMap(({ processes }) => (processes[name] ? [read(processes[name])] : []))
    const load = (values: number[]) => ({ average: round(mean(values)), most: round(Math.max(...values)) })
    return {
      process: name,
      cpu: load(of(({ cpu }) => cpu)),
      busiest: load(of(({ busiest }) => busiest)),
      memory: trendOf(of(({ memory }) => memory)),
      descriptors: trendOf(of(({ descriptors }) => descriptors)),
      sockets: trendOf(of(({ sockets }) => sockets)),
      read: round(mean(of(({ read }) => read))),
      written: round(mean(of(({ written }) => written))),
    }
  })
}

export function machineFigures(samples: readonly Sample[], processors: number): MachineFigures {
  const used = mean(samples.map(({ machine }) => machine)) * processors
  const own = mean(samples.map(({ processes }) => sum(Object.values(processes).map(({ cpu }) => cpu))))
  const delays = samples.flatMap(({ opsCore }) => (opsCore ? [opsCore.delay] : []))
  const heaps = samples.flatMap(({ opsCore }) => (opsCore ? [opsCore.heap] : []))
  const redis = samples.flatMap((sample) => (sample.redis ? [sample.redis] : []))
  return {
    processors,
    used: round(used),
    own: round(own),
    others: round(Math.max(0, used - own)),
    ...(delays.length === 0 ? {} : { delay: delayFigures(delays), heap: trendOf(floorsOf(heaps)) }),
    ...(redis.length === 0
      ? {}
      : {
          redis: {
            received: round(mean(redis.map(({ received }) => received))),
            sent: round(mean(redis.map(({ sent }) => sent))),
            memory: redis.at(-1)?.memory ?? 0,
          },
        }),
  }
}

function delayFigures(delays: readonly { p99: number; max: number }[]): { p99: number; longest: number } {
  const sorted = delays.map(({ p99 }) => p99).sort((a, b) => a - b)
  return { p99: round(sorted[sorted.length >> 1] ?? 0), longest: round(Math.max(...delays.map(({ max }) => max))) }
}

function floorsOf(values: readonly number[]): number[] {
  const width = Math.max(1, Math.ceil(values.length / 20))
  const starts = Array.from({ length: Math.ceil(values.length / width) }, (_, index) => index * width)
  return starts.map((start) => Math.min(...values.slice(start, start + width)))
}

/** The values are evenly spaced in time. */
export function trendOf(values: readonly number[]): Trend {
  const count = values.length
  const quarter = Math.max(1, count >> 2)
  const middle = (count - 1) / 2
  const average = mean(values)
  const spread = sum(values.map((_, index) => (index - middle) ** 2))
  const slope = spread === 0 ? 0 : sum(values.map((value, index) => (index - middle) * (value - average))) / spread
  const off = values.map((value, index) => (value - average - slope * (index - middle)) ** 2)
  return {
    first: round(mean(values.slice(0, quarter))),
    last: round(mean(values.slice(-quarter))),
    most: round(Math.max(0, ...values)),
    rise: round(slope * Math.max(0, count - 1)),
    noise: round(Math.sqrt(mean(off))),
  }
}
