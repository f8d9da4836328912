import type { SecondOfRequests } from '../watch/request-record.ts'
import type { Sample } from '../watch/sampler.ts'
import { createHistogram } from './histogram.ts'
import { mean, round } from './mean-and-round.ts'
import { within } from './request-figures.ts'
import type { RunFiles } from './run-files.ts'

/** What a run looked like over time, each list with one value for each of `t`; `null` where nothing was seen. */
export interface Series {
  /** Seconds since the start. */
  t: number[]
  users: Values
  /** By endpoint, requests a second. */
  rates: Record<string, Values>
  /** Of all requests, in milliseconds. */
  times: { median: Values; p95: Values; p99: Values }
  /** Failed requests a second. */
  failed: Values
  /** Cores of the whole machine in use. */
  machine: Values
  /** Cores, by process. */
  cpu: Record<string, Values>
  /** Bytes, by process. */
  memory: Record<string, Values>
  /** Of Ops-Core. */
  descriptors: Values
  /** Of Ops-Core's event loop, in milliseconds. */
  delay: { p99: Values; longest: Values }
  openSessions: Values
  /** Bytes a second, by process. */
  network: Record<string, Values>
}

export type Values = (number | null)[]

/** Points that a chart of a few hundred pixels can still show. */
const POINTS = 150

export function seriesOf({ requests, users, samples, about, planned }: RunFiles, end: number): Series {
  const start = planned.startedAt
  const step = Math.max(2, Math.ceil((end - start) / POINTS))
  const spans = Array.from({ length: Math.max(1, Math.ceil((end - start) / step)) }, (_, index) => {
    const from = start + index * step
    return { from, to: from + step }
  })
  const asked = spans.map((span) => within(requests, span))
  const seen = spans.map((span) => within(samples, span))
  const names = [...new Set(samples.flatMap(({ processes }) => Object.keys(processes)))]
  const of = (read: (sample: Sample) => number | undefined, join = mean): Values =>
    seen.map((each) =>
      joined(
        each.flatMap((sample) => read(sample) ?? []),
        join,
      ),
    )
  const byName = (read: (sample: Sample, name: string) => number | undefined) =>
    Object.fromEntries(names.map((name) => [name, of((sample) => read(sample, name))]))
  const most = (values: readonly number[]) => Math.max(...values)
  return {
    t: spans.map(({ from }) => round(from - start + step / 2)),
    users: spans.map((span) =>
      joined(
        within(users, span).map((each) => each.users),
        most,
      ),
    ),
    ...requestSeries(requests, asked, step),
    machine: of(({ machine }) => machine * about.machine.processors),
    cpu: byName(({ processes }, name) => processes[name]?.cpu),
    memory: byName(({ processes }, name) => processes[name]?.memory),
    descriptors: of(({ processes }) => processes.opscore?.descriptors),
    delay: {
      p99: of(({ opsCore }) => opsCore?.delay.p99, most),
      longest: of(({ opsCore }) => opsCore?.delay.max, most),
    },
    openSessions: of(({ opsCore }) => opsCore?.openSessions),
    network: {
      'opscore in': of(({ processes }) => processes.opscore?.read),
      'opscore out': of(({ processes }) => processes.opscore?.written),
      ...(samples.some(({ redis }) => redis)
        ? { 'redis in': of(({ redis }) => redis?.received), 'redis out': of(({ redis }) => redis?.sent) }
        : {}),
    },
  }
}

function requestSeries(requests: readonly SecondOfRequests[], asked: readonly SecondOfRequests[][], step: number) {
  const endpoints = [...new Set(requests.map(({ endpoint }) => endpoint))].sort()
  const count = (seconds: readonly SecondOfRequests[], key: 'count' | 'failed') =>
    round(seconds.reduce((sum, each) => sum + each[key], 0) / step)
  const histograms = asked.map((seconds) => {
    const times = createHistogram()
    for (const { buckets, total, longest } of seconds) times.add(buckets, total, longest)
    return times
  })
  const percentile = (share: number) =>
    histograms.map((times) => (times.count === 0 ? null : round(times.percentile(share))))
  return {
    rates: Object.fromEntries(
      endpoints.map((name) => [
        name,
        asked.map((seconds) =>
          count(
            seconds.filter(({ endpoint }) => endpoint === name),
            'count',
          ),
        ),
      ]),
    ),
    times: { median: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99) },
    failed: asked.map((seconds) => count(seconds, 'failed')),
  }
}

function joined(values: readonly number[], join: (values: readonly number[]) => number): number | null {
  return values.length === 0 ? null : round(join(values))
}
