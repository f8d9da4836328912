/** Parsed expressions by their source: a memo of a pure function, bounded by what it holds. */
import { type ParsedExpression, parseExpression } from './expression-parser.ts'

/** Of source. A tree takes some 50 bytes for each of its characters, so that this is at most 15 MiB. */
const MAX_CHARACTERS = 256 * 1024

const parsed = new Map<string, ParsedExpression>()
let characters = 0

/** As parseExpression, from memory where it was asked for lately. */
export function parseCached(source: string): ParsedExpression {
  const known = parsed.get(source)
  if (known) {
    parsed.delete(source)
    parsed.set(source, known)
    return known
  }
  const fresh = parseExpression(source)
  if (source.length > MAX_CHARACTERS) return fresh
  parsed.set(source, fresh)
  characters += source.length
  for (const oldest of parsed.keys()) {
    if (characters <= MAX_CHARACTERS) break
    parsed.delete(oldest)
    characters -= oldest.length
  }
  return fresh
}
