import { availableParallelism, cpus, release } from 'node:os'
import { type Options, readOptions } from './options.ts'
import type { Spread } from './statistics.ts'
import { ensureWrk } from './work/wrk.ts'

export interface Table {
  columns: string[]
  rows: string[][]
}

/** A target of the issue that a benchmark stands for, and what was reached. */
export interface Verdict {
  target: string
  reached: string
  met: boolean
}

export interface Report {
  name: string
  tables: Table[]
  verdicts: Verdict[]
  /** Everything that was measured, for `--json`. */
  measured: object
}

export type Benchmark = (options: Options) => Promise<Report>

/** Runs benchmarks one after the other and prints what they found; the exit code is 1 where a target was missed. */
export async function present(benchmarks: readonly Benchmark[]): Promise<void> {
  const options = readOptions()
  ensureWrk()
  const machine = describeMachine()
  if (!options.json) console.log(`${machine}\n`)
  const reports: Report[] = []
  for (const benchmark of benchmarks) {
    const report = await benchmark(options)
    reports.push(report)
    if (!options.json) console.log(toMarkdown(report))
  }
  if (options.json) console.log(JSON.stringify({ machine, options, reports }, null, 2))
  if (reports.some((report) => report.verdicts.some((verdict) => !verdict.met))) process.exitCode = 1
}

export function formatSpread({ median, min, max }: Spread, digits = 2): string {
  const print = (value: number) => formatNumber(value, digits)
  return `${print(median)} (${print(min)}–${print(max)})`
}

export function formatNumber(value: number, digits = 0): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

function describeMachine(): string {
  return `Node ${process.version}, Linux ${release()}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, ${new Date().toISOString()}`
}

function toMarkdown({ name, tables, verdicts }: Report): string {
  const parts = [`### ${name}`, ...tables.map(markdownTable)]
  if (verdicts.length > 0) {
    parts.push(
      verdicts.map(({ target, reached, met }) => `- ${met ? 'met' : '**missed**'}: ${target}: ${reached}`).join('\n'),
    )
  }
  return `${parts.join('\n\n')}\n`
}

function markdownTable({ columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(columns), `|${columns.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}
