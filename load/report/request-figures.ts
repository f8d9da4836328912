import type { SecondOfRequests } from '../watch/request-record.ts'
import { createHistogram } from './histogram.ts'
import { round } from './mean-and-round.ts'

/** Times are milliseconds. */
export interface RequestFigures {
  endpoint: string
  count: number
  failed: number
  perSecond: number
  average: number
  median: number
  p90: number
  p95: number
  p99: number
  longest: number
}

/** Wall clock, in seconds; `to` is no part of it. */
export interface Span {
  from: number
  to: number
}

export const ALL = 'all'

export const within = <T extends { t: number }>(entries: readonly T[], { from, to }: Span): T[] =>
  entries.filter(({ t }) => t >= from && t < to)

/** One row for each endpoint that was asked, and one for all together. */
export function figuresOf(requests: readonly SecondOfRequests[], span: Span): RequestFigures[] {
  const asked = within(requests, span)
  const endpoints = [...new Set(asked.map(({ endpoint }) => endpoint))].sort()
  const rows = endpoints.map((name) =>
    rowOf(
      name,
      asked.filter(({ endpoint }) => endpoint === name),
      span,
    ),
  )
  return [...rows, rowOf(ALL, asked, span)]
}

function rowOf(endpoint: string, seconds: readonly SecondOfRequests[], { from, to }: Span): RequestFigures {
  const times = createHistogram()
  let failed = 0
  for (const second of seconds) {
    times.add(second.buckets, second.total, second.longest)
    failed += second.failed
  }
  const [median = 0, p90 = 0, p95 = 0, p99 = 0] = [0.5, 0.9, 0.95, 0.99].map((share) => round(times.percentile(share)))
  return {
    endpoint,
    count: times.count,
    failed,
    perSecond: round(times.count / Math.max(1, to - from)),
    average: round(times.average()),
    median,
    p90,
    p95,
    p99,
    longest: round(times.longest()),
  }
}
