/**
 * What of YAML is not let near the library, which composes recursively and without bounds: 1,000 nested `?` keys keep it
 * for minutes, 1 MB of `[` for seconds. Its lexer alone is linear, and looks first.
 */
import { CST, Lexer } from 'yaml'
import { MAX_DEFINITION_DEPTH } from './definition-bounds.ts'
import { TextProblem } from './definition-text.ts'

/** White space aside. Some 300 take the library a millisecond; a definition of 500 tasks, ten lines each, has 20,000. */
const MAX_SYMBOLS = 24_000

/** With white space: every line is two or three. */
const MAX_LEXEMES = 72_000

/** One long string takes the library a millisecond for every 6 KiB. */
const MAX_LENGTH = 512 * 1024

const MAX_ANCHORS = 100

const REFUSED: Record<string, string> = {
  tag: 'Tags are not available',
  'explicit-key-ind': 'Keys are plain: "?" is not available',
  'directive-line': 'Directives are not available',
}

/** @throws TextProblem */
export function assertYamlBounds(text: string): void {
  if (text.length > MAX_LENGTH) throw new TextProblem('This is larger than 512 KiB; as JSON it may be 1 MiB', 0)
  const nesting = createNesting()
  const counts: Counts = { lexemes: 0, symbols: 0, anchor: 0, 'doc-start': 0 }
  let offset = 0
  let isScalarNext = false
  for (const lexeme of new Lexer().lex(text)) {
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
  }
}

interface Counts {
  lexemes: number
  symbols: number
  anchor: number
  'doc-start': number
}

function breachOf(counts: Counts): string | null {
  if (counts.symbols > MAX_SYMBOLS || counts.lexemes > MAX_LEXEMES) {
    return `This has more than ${MAX_SYMBOLS} symbols, or very many lines; as JSON it may be larger`
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
