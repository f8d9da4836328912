/**
 * What of YAML is not let near the library, which composes recursively and without bounds: 1,000 nested `?` keys keep it
 * for minutes, 1 MB of `[` for seconds. Its lexer alone is linear, so that its lexemes are looked at first.
 */
import { CST } from 'yaml'
import { MAX_DEFINITION_DEPTH } from '../check/definition-bounds.ts'
import { TextProblem } from './definition-text.ts'

/**
 * White space aside: a definition of 500 tasks, ten lines each, has 15,000. Some 400 take the library a millisecond: what can
 * be refused only once all of it has been parsed takes 40.
 */
const MAX_SYMBOLS = 16_000

/** With white space: every line is two or three. */
const MAX_LEXEMES = 48_000

/** Counted before anything else looks. Blank lines are an eighth as dear as a symbol, and there are far more in a KiB. */
const MAX_LINES = 20_000

/** One long string takes the library a millisecond for every 6 KiB. */
const MAX_LENGTH = 512 * 1024

const MAX_ANCHORS = 100

const REFUSED: Record<string, string> = {
  tag: 'Tags are not available',
  'explicit-key-ind': 'Keys are plain: "?" is not available',
  'directive-line': 'Directives are not available',
}

/** Looks at a text's lexemes one by one, each before the parser sees it. */
export interface YamlBounds {
  /** @throws TextProblem */
  take(lexeme: string): void
}

/** @throws TextProblem where the text is too large to be looked at at all */
export function createYamlBounds(text: string): YamlBounds {
  if (text.length > MAX_LENGTH) throw new TextProblem('This is larger than 512 KiB; as JSON it may be 1 MiB', 0)
  const tooManyLines = offsetOfLine(text, MAX_LINES + 1)
  if (tooManyLines !== null) {
    throw new TextProblem(`This has more than ${MAX_LINES} lines; as JSON it may be larger`, tooManyLines)
  }
  const nesting = createNesting()
  const counts: Counts = { lexemes: 0, symbols: 0, anchor: 0, 'doc-start': 0 }
  let offset = 0
  let isScalarNext = false
  return {
    take(lexeme) {
      const type: string | null = isScalarNext ? null : CST.tokenType(lexeme)
      isScalarNext = type === 'scalar'
      counts.lexemes += 1
      if (type !== 'space' && type !== 'newline' && !isMark(lexeme)) counts.symbols += 1
      if (type === 'anchor' || type === 'doc-start') counts[type] += 1
      const message = (type && REFUSED[type]) || breachOf(counts)
      if (message) throw new TextProblem(message, offset)
      if (nesting.after(type, lexeme) > MAX_DEFINITION_DEPTH) {
        throw new TextProblem(`Nested more than ${MAX_DEFINITION_DEPTH} deep`, offset)
      }
      if (!isMark(lexeme)) offset += lexeme.length
    },
  }
}

/** Where the line with this number, from 1, begins; `null` where there are fewer. */
function offsetOfLine(text: string, line: number): number | null {
  let start = 0
  for (let lines = 1; lines < line; lines += 1) {
    const end = text.indexOf('\n', start)
    if (end < 0) return null
    start = end + 1
  }
  return start
}

interface Counts {
  lexemes: number
  symbols: number
  anchor: number
  'doc-start': number
}

function breachOf(counts: Counts): string | null {
  if (counts.symbols > MAX_SYMBOLS || counts.lexemes > MAX_LEXEMES) {
    return `This has more than ${MAX_SYMBOLS} symbols; as JSON it may be larger`
  }
  if (counts.anchor > MAX_ANCHORS) return `This has more than ${MAX_ANCHORS} anchors`
  return counts['doc-start'] > 1 ? 'This has more than one document' : null
}

/** The lexer's own marks, which stand for no text: a document begins, a scalar follows, a flow collection broke off. */
function isMark(lexeme: string): boolean {
  return lexeme === '\x02' || lexeme === '\x18' || lexeme === '\x1f'
}

/** Follows how deep collections are nested, whichever way: in brackets, by indentation, by dashes on one line. */
function createNesting(): { after(type: string | null, lexeme: string): number } {
  const indents: number[] = []
  let flow = 0
  let dashes = 0
  let isLineStart = true

  function indent(width: number): void {
    while ((indents.at(-1) ?? -1) >= width) indents.pop()
    indents.push(width)
  }

  return {
    after(type, lexeme) {
      if (isLineStart && type !== 'newline' && type !== 'comment') indent(type === 'space' ? lexeme.length : 0)
      isLineStart = type === 'newline'
      if (type === 'newline') dashes = 0
      if (type === 'seq-item-ind') dashes += 1
      if (type === 'flow-map-start' || type === 'flow-seq-start') flow += 1
      if (type === 'flow-map-end' || type === 'flow-seq-end') flow -= 1
      return Math.max(flow, dashes, indents.length - 1)
    },
  }
}
