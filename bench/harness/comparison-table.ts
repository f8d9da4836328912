import type { Comparison } from './alternate.ts'
import { formatSpread, type Table } from './report.ts'

/** One row for each comparison; medians, with the range of all rounds in brackets. */
export function comparisonTable(
  comparisons: readonly { label: string; comparison: Comparison }[],
  [ours, theirs]: readonly [string, string] = ['ours', 'no-op'],
): Table {
  return {
    columns: [
      'load',
      'connections',
      `${ours}, req/s`,
      `${theirs}, req/s`,
      'ratio',
      `${ours} p50/p99, ms`,
      `${theirs} p50/p99, ms`,
      'p99 ratio',
      `CPU µs/req, ${ours}/${theirs}`,
      'CPU of others',
      'repeated',
    ],
    rows: comparisons.map(({ label, comparison: { connections, ours: mine, baseline, ...between } }) => [
      label,
      String(connections),
      formatSpread(mine.perSecond, 0),
      formatSpread(baseline.perSecond, 0),
      formatSpread(between.throughputRatio),
      `${mine.p50.median.toFixed(2)} / ${mine.p99.median.toFixed(2)}`,
      `${baseline.p50.median.toFixed(2)} / ${baseline.p99.median.toFixed(2)}`,
      formatSpread(between.p99Ratio),
      `${mine.cpu.median.toFixed(0)} / ${baseline.cpu.median.toFixed(0)}`,
      formatSpread(between.foreignCpu),
      String(between.repeated),
    ]),
  }
}
