import { type Spread, spreadOf } from '../../bench/harness/statistics.ts'
import type { RequestFigures } from '../report/request-figures.ts'
import type { Rounds } from './compare-servers.ts'

const MEASURES = ['perSecond', 'average', 'median', 'p95', 'p99'] as const
type Measure = (typeof MEASURES)[number]

/** The first server beside the second, for one endpoint: each ratio is a round's own, so that both had the same machine. */
export interface Ratios {
  endpoint: string
  /** Failed requests, of the first and of the second. */
  failed: [number, number]
  /** The first by the second: more a second is better above 1, times are better below. */
  ratio: Record<Measure, Spread>
  first: Record<Measure, number>
  second: Record<Measure, number>
}

export function ratiosOf(rounds: Rounds): Ratios[] {
  const endpoints = [...new Set(rounds.flatMap(([first]) => first.map(({ endpoint }) => endpoint)))]
  return endpoints.flatMap((endpoint) => {
    const named = (figures: readonly RequestFigures[]) => figures.find((each) => each.endpoint === endpoint)
    const pairs = rounds.flatMap(([first, second]) => {
      const [one, other] = [named(first), named(second)]
      return one && other ? [[one, other] as const] : []
    })
    return pairs.length === 0 ? [] : [ratiosOfEndpoint(endpoint, pairs)]
  })
}

function ratiosOfEndpoint(endpoint: string, pairs: readonly (readonly [RequestFigures, RequestFigures])[]): Ratios {
  const each = <T>(read: (measure: Measure) => T) =>
    Object.fromEntries(MEASURES.map((measure) => [measure, read(measure)])) as Record<Measure, T>
  const failed = (place: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[place].failed, 0)
  return {
    endpoint,
    failed: [failed(0), failed(1)],
    ratio: each((measure) => spreadOf(pairs.map(([one, other]) => one[measure] / Math.max(other[measure], 0.001)))),
    first: each((measure) => spreadOf(pairs.map(([one]) => one[measure])).median),
    second: each((measure) => spreadOf(pairs.map(([, other]) => other[measure])).median),
  }
}

/** A table for a terminal, one line for each endpoint and measure. */
export function ratioLines(ratios: readonly Ratios[], names: readonly [string, string]): string[] {
  const head = ['', '', ...names, 'ratio', 'range']
  const rows = ratios.flatMap(({ endpoint, ratio, first, second, failed }) => [
    ...MEASURES.map((measure) => {
      const { median, min, max } = ratio[measure]
      const range = `${min.toFixed(2)}–${max.toFixed(2)}`
      return [endpoint, LABELS[measure], String(first[measure]), String(second[measure]), median.toFixed(2), range]
    }),
    [endpoint, 'failed', ...failed.map(String), '', ''],
  ])
  const table = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

const LABELS: Record<Measure, string> = {
  perSecond: 'requests a second',
  average: 'average ms',
  median: 'median ms',
  p95: 'p95 ms',
  p99: 'p99 ms',
}
