import type { DefinitionProblem, Json } from '@opscore/contract'
import { type CheckedDefinition, checkDefinition } from './check-definition.ts'
import { MAX_DEFINITION_BYTES } from './definition-bounds.ts'
import type { ParsedText } from './definition-text.ts'
import { parseJsonText } from './parse-json-text.ts'
import { readYamlText } from './read-yaml-text.ts'
import { runThrough, type Steps } from './steps.ts'

export interface CheckedText extends CheckedDefinition {
  /** What the text says; `null` where it does not parse. */
  definition: Json
}

/**
 * As checkDefinition, from text; every problem bears the line and column, from 1, of what it is about. Without a
 * `format`, text that begins with `{` is JSON and all else YAML. A key that stands twice is an error. Never throws.
 */
export function checkDefinitionText(text: string, format?: 'json' | 'yaml'): CheckedText {
  return runThrough(checkTextInSteps(text, format))
}

/** As checkDefinitionText. YAML is read in steps of 1,000 lexemes, and what is read from it is checked in one of its own. */
export function* checkTextInSteps(text: string, format?: 'json' | 'yaml'): Steps<CheckedText> {
  if (text.length > MAX_DEFINITION_BYTES) {
    return refused({ path: '', message: 'The definition is larger than 1 MiB', severity: 'error' })
  }
  const parsed = yield* readText(text, format)
  if (!parsed.ok) {
    return refused({ path: '', message: parsed.message, severity: 'error', ...placeOf(text, parsed.offset) })
  }
  yield
  const { problems, compiled } = checkDefinition(parsed.value)
  yield
  const offsets = problems.length > 0 ? parsed.offsetsOf(problems.map(({ path }) => path)) : []
  const placed = problems.map((problem, index) => ({ ...problem, ...placeOf(text, offsets[index] ?? 0) }))
  return { problems: placed, compiled, definition: parsed.value }
}

function refused(problem: DefinitionProblem): CheckedText {
  return { problems: [problem], compiled: null, definition: null }
}

/** Without a `format`, text that begins with `{` is JSON and all else YAML. */
export function parseText(text: string, format?: 'json' | 'yaml'): ParsedText {
  return runThrough(readText(text, format))
}

function* readText(text: string, format?: 'json' | 'yaml'): Steps<ParsedText> {
  const isJson = format ? format === 'json' : text.trimStart().startsWith('{')
  return isJson ? parseJsonText(text) : yield* readYamlText(text)
}

/** Both from 1. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  let line = 1
  let start = 0
  for (let end = text.indexOf('\n'); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
    line += 1
    start = end + 1
  }
  return { line, column: offset - start + 1 }
}
