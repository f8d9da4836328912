import type { Json } from '@opscore/contract'
import type { TextSource } from '../text/decode-text.ts'
import { readTextInSteps, type TextFormat } from '../text/read-text.ts'
import { runThrough, type Steps } from '../text/steps.ts'
import { type CheckedDefinition, checkDefinition } from './check-definition.ts'
import { MAX_DEFINITION_BYTES } from './definition-bounds.ts'

export { formatOf } from '../text/read-text.ts'

export interface CheckedText extends CheckedDefinition {
  /** What the text says; `null` where it does not parse. */
  definition: Json
}

/**
 * As checkDefinition, from text or its bytes; every problem bears the line and column, from 1, of what it is about. Without
 * a `format`, text that begins with `{` is JSON and all else YAML. Never throws.
 */
export function checkDefinitionText(source: TextSource, format?: TextFormat): CheckedText {
  return runThrough(checkTextInSteps(source, format))
}

/** As checkDefinitionText. YAML is read in steps of 1,000 lexemes, and what is read from it is checked in one of its own. */
export function* checkTextInSteps(source: TextSource, format?: TextFormat): Steps<CheckedText> {
  if (source.length > MAX_DEFINITION_BYTES) {
    const problem = { path: '', message: 'The definition is larger than 1 MiB', severity: 'error' } as const
    return { problems: [problem], compiled: null, definition: null }
  }
  const read = yield* readTextInSteps(source, format)
  if (!read.ok) return { problems: [read.problem], compiled: null, definition: null }
  yield
  const { problems, compiled } = checkDefinition(read.value)
  yield
  return { problems: read.placed(problems), compiled, definition: read.value }
}
