/**
 * No file beyond 400 lines, no function of 60 or more. A function's lines are its own: those of functions written inside
 * it count for them, or a factory would pay for each method of what it makes. Functions of tests are not measured: a
 * suite's callback holds its tables. No folder of sources with more than 15 of them: a newcomer finds the room for a change
 * from names alone.
 */
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import { sourceFiles } from './source-files.ts'
import { ROOT, type Step } from './step.ts'

const FILE_LINES = 400
const FUNCTION_LINES = 59
const FOLDER_FILES = 15

interface Span {
  start: number
  end: number
}

/** What is too large in one file, a line for each. */
export function oversized(path: string, source: string): string[] {
  const found: string[] = []
  const lineStarts = [0, ...[...source.matchAll(/\n/g)].map((match) => match.index + 1)]
  const lineAt = (offset: number) => lineStarts.findLastIndex((start) => start <= offset) + 1
  const fileLines = source.trimEnd().split('\n').length
  if (fileLines > FILE_LINES) found.push(`${path}: ${fileLines} lines, at most ${FILE_LINES}`)
  if (path.includes('/test/')) return found
  for (const { span, own } of ownLines(functionsOf(path, source), lineAt)) {
    if (own > FUNCTION_LINES) {
      found.push(`${path}:${lineAt(span.start)}: a function of ${own} lines, at most ${FUNCTION_LINES}`)
    }
  }
  return found
}

/** Functions in the order they begin: one that holds another comes before it. */
function functionsOf(path: string, source: string): Span[] {
  const { program, errors } = parseSync(path, source)
  const first = errors[0]
  if (first) throw new Error(`${path}: ${first.message}`)
  const spans: Span[] = []
  const add = ({ start, end }: Span) => void spans.push({ start, end })
  new Visitor({ FunctionDeclaration: add, FunctionExpression: add, ArrowFunctionExpression: add }).visit(program)
  return spans.sort((a, b) => a.start - b.start || b.end - a.end)
}

function ownLines(spans: readonly Span[], lineAt: (offset: number) => number): { span: Span; own: number }[] {
  const counted = spans.map((span) => ({ span, own: lineAt(span.end) - lineAt(span.start) + 1 }))
  const around: typeof counted = []
  for (const entry of counted) {
    while ((around.at(-1)?.span.end ?? Infinity) <= entry.span.start) around.pop()
    const parent = around.at(-1)
    // The line a nested function begins on belongs to whoever calls or names it there.
    if (parent) parent.own -= lineAt(entry.span.end) - lineAt(entry.span.start)
    around.push(entry)
  }
  return counted
}

/** Folders of sources with too many of them, a line for each. Tests stand together as they belong together. */
export function crowded(paths: readonly string[]): string[] {
  const folders = Map.groupBy(
    paths.filter((path) => !path.includes('/test/')),
    (path) => dirname(path),
  )
  return [...folders]
    .filter(([, files]) => files.length > FOLDER_FILES)
    .map(([folder, files]) => `${folder}: ${files.length} source files, at most ${FOLDER_FILES}`)
}

export const sizes: Step = {
  name: 'sizes of files, functions and folders',
  async run() {
    const paths = await sourceFiles()
    const found = await Promise.all(
      paths.map(async (path) => oversized(path, await readFile(join(ROOT, path), 'utf8'))),
    )
    return [...found.flat(), ...crowded(paths)].join('\n')
  },
}
