/**
 * JSON with what `JSON.parse` does not tell: where each part stands, and whether a key stands there twice. Linear, and
 * gives up at the depth that a definition may have: 1 MB of `[` holds `JSON.parse` for half a second.
 */
import type { Json } from '@opscore/contract'
import { MAX_DEFINITION_DEPTH } from '../check/definition-bounds.ts'
import { createPlaces, HALF_A_PAIR, type ParsedText, type Place, TextProblem } from './definition-text.ts'

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y

export function parseJsonText(text: string): ParsedText {
  try {
    return {
      ok: true,
      value: readJson(text, null),
      offsetsOf(paths) {
        const { root, offsets } = createPlaces(paths)
        readJson(text, root)
        return offsets()
      },
    }
  } catch (error) {
    if (error instanceof TextProblem) return { ok: false, message: error.message, offset: error.offset }
    throw error
  }
}

/** The value; on the way, every place under `root` that is there learns its offset. @throws TextProblem */
function readJson(text: string, root: Place | null): Json {
  let at = 0

  /** Moves past white space and says what comes. */
  function peek(): string | undefined {
    while (text[at] === ' ' || text[at] === '\n' || text[at] === '\t' || text[at] === '\r') at += 1
    return text[at]
  }

  function take(character: string): boolean {
    if (peek() !== character) return false
    at += 1
    return true
  }

  function match(pattern: RegExp): string | null {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? null
    at += found?.length ?? 0
    return found
  }

  function expected(what: string): TextProblem {
    const found = at < text.length ? `not ${JSON.stringify(text[at])}` : 'but the text ends'
    return new TextProblem(`Here ${what} is expected, ${found}`, at)
  }

  function string(): string {
    if (peek() !== '"') throw expected('a string')
    const start = at
    do at = text.indexOf('"', at + 1)
    while (at >= 0 && isEscaped(text, at))
    const read = at < 0 ? null : parseString(text.slice(start, at + 1))
    if (read === null) throw new TextProblem('This string is not closed, or not escaped as JSON wants it', start)
    if (!read.isWellFormed()) throw new TextProblem(HALF_A_PAIR, start)
    at += 1
    return read
  }

  function scalar(): Json {
    const number = match(NUMBER)
    if (number !== null) return Number(number)
    const word = match(WORD)
    if (word === null) throw expected('a value')
    return word === 'null' ? null : word === 'true'
  }

  function value(place: Place | null | undefined, depth: number): Json {
    const next = peek()
    if (place && place.offset === null) place.offset = at
    if (depth > MAX_DEFINITION_DEPTH) throw new TextProblem(`Nested more than ${MAX_DEFINITION_DEPTH} deep`, at)
    if (next === '"') return string()
    if (next === '[') return list(place, depth)
    return next === '{' ? Object.fromEntries(members(place, depth)) : scalar()
  }

  function list(place: Place | null | undefined, depth: number): Json[] {
    const items: Json[] = []
    at += 1
    if (take(']')) return items
    do items.push(value(place?.inner.get(`${items.length}`), depth + 1))
    while (take(','))
    if (!take(']')) throw expected('"," or "]"')
    return items
  }

  function members(place: Place | null | undefined, depth: number): Map<string, Json> {
    const found = new Map<string, Json>()
    at += 1
    if (take('}')) return found
    do {
      peek()
      const start = at
      const key = string()
      if (found.has(key)) throw new TextProblem(`The key ${JSON.stringify(key)} stands here twice`, start)
      const inner = place?.inner.get(key)
      if (inner) inner.offset = start
      if (!take(':')) throw expected('":"')
      found.set(key, value(inner, depth + 1))
    } while (take(','))
    if (!take('}')) throw expected('"," or "}"')
    return found
  }

  const read = value(root, 0)
  if (peek() !== undefined) throw expected('the end')
  return read
}

/** Whether an odd number of backslashes stands before. */
function isEscaped(text: string, at: number): boolean {
  let before = at
  while (text[before - 1] === '\\') before -= 1
  return (at - before) % 2 === 1
}

function parseString(quoted: string): string | null {
  try {
    return JSON.parse(quoted)
  } catch {
    return null
  }
}
