/**
 * The one reader of definitions and cases in text, for files and HTTP alike, in JSON and YAML: UTF-8 to the letter, no key
 * twice, no half of a surrogate pair, and every problem with its place.
 */
import type { DefinitionProblem, Json } from '@opscore/contract'
import { decodeText, type TextSource } from './decode-text.ts'
import { parseJsonText } from './parse-json-text.ts'
import { readYamlText } from './read-yaml-text.ts'
import { runThrough, type Steps } from './steps.ts'

export type TextFormat = 'json' | 'yaml'

export type ReadText =
  | {
      ok: true
      value: Json
      /** The same problems, each with the line and column, from 1, of what its path points to. */
      placed(problems: readonly DefinitionProblem[]): DefinitionProblem[]
    }
  | { ok: false; problem: DefinitionProblem }

/** By a file's name. YAML reads JSON too, but its sentences are about YAML. `undefined` where the name does not say. */
export function formatOf(file: string): TextFormat | undefined {
  if (/\.json$/i.test(file)) return 'json'
  return /\.ya?ml$/i.test(file) ? 'yaml' : undefined
}

/** Without a `format`, text that begins with `{` is JSON and all else YAML. Never throws. */
export function readText(source: TextSource, format?: TextFormat): ReadText {
  return runThrough(readTextInSteps(source, format))
}

/** The same; YAML in steps of 1,000 lexemes. */
export function* readTextInSteps(source: TextSource, format?: TextFormat): Steps<ReadText> {
  const decoded = decodeText(source)
  const { text } = decoded
  if (!decoded.ok) return refused(text, decoded)
  const isJson = format ? format === 'json' : text.trimStart().startsWith('{')
  const parsed = isJson ? parseJsonText(text) : yield* readYamlText(text)
  if (!parsed.ok) return refused(text, parsed)
  const { value, offsetsOf } = parsed
  return {
    ok: true,
    value,
    placed(problems) {
      const offsets = problems.length > 0 ? offsetsOf(problems.map(({ path }) => path)) : []
      return problems.map((problem, index) => ({ ...problem, ...placeOf(text, offsets[index] ?? 0) }))
    },
  }
}

function refused(text: string, { message, offset }: { message: string; offset: number }): ReadText {
  return { ok: false, problem: { path: '', message, severity: 'error', ...placeOf(text, offset) } }
}

/** Both from 1. */
function placeOf(text: string, offset: number): { line: number; column: number } {
  let line = 1
  let start = 0
  for (let end = text.indexOf('\n'); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
    line += 1
    start = end + 1
  }
  return { line, column: offset - start + 1 }
}
