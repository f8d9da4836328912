/** What came of a case, for people: the path it took, and where it was not as expected. */
import type { Json } from '@opscore/contract'
import type { Difference, Outcome, PathStep } from '@opscore/engine/testing'
import { jsonText } from '../terminal/data-text.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { paint, visible } from '../terminal/text.ts'

export function printCase({ out }: Terminal, name: string, outcome: Outcome): void {
  const { status, duration, error, differences } = outcome
  const mark = differences.length === 0 ? paint.green('✓') : paint.red('✗')
  const why = error ? `: ${error.code}: ${error.message}` : ''
  out([mark, ' ', paint.bold(name), `: ${status} in ${spell(duration)}${why}`])
  for (const line of pathLines(outcome.path)) out(`    ${line}`)
  for (const line of differences.flatMap(differenceLines)) out(['    ', paint.red(line)])
}

function pathLines(path: readonly PathStep[]): string[] {
  const rows = path.map((step) => {
    const attempts = step.attempts.length
    const count = attempts === 0 ? '' : `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`
    const failures = step.attempts.flatMap(({ error }) => error?.code ?? [])
    const late = step.lateResults === 0 ? [] : [`${step.lateResults} late`]
    const remarks = [...failures, ...late].join(', ')
    // Made visible here, so that columns are as wide as what is shown.
    return [visible(step.task), step.status, count, `${spell(step.from)} → ${spell(step.to)}`, remarks]
  })
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function differenceLines({ of, expected, actual }: Difference): string[] {
  if (!isList(expected) || !isList(actual)) return [`${of}: expected ${show(expected)}, got ${show(actual)}`]
  return [
    `${of}:`,
    ...expected.map((item) => `  expected ${show(item)}`),
    ...actual.map((item) => `  got      ${show(item)}`),
  ]
}

const isList = (value: Json): value is Json[] => Array.isArray(value)
const show = (value: Json): string => (typeof value === 'string' ? value : jsonText(value))

const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
] as const

/** `0s`, `250ms`, `3.2s`, `1h30m`. */
function spell(milliseconds: number): string {
  if (milliseconds > 0 && milliseconds < 1_000) return `${milliseconds}ms`
  let rest = milliseconds
  let text = ''
  for (const [unit, size] of UNITS) {
    if (rest < size) continue
    text += `${Math.floor(rest / size)}${unit}`
    rest %= size
  }
  return rest > 0 || text === '' ? `${text}${rest / 1_000}s` : text
}
