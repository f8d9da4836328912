/** YAML 1.2, less what a definition has no use for (yaml-bounds.ts), as JSON. */
import type { Json } from '@opscore/contract'
import { Composer, type CST, isAlias, isMap, isNode, isScalar, isSeq, Lexer, Parser, type Scalar } from 'yaml'
import { MAX_DEFINITION_DEPTH } from '../check/definition-bounds.ts'
import { createPlaces, HALF_A_PAIR, type ParsedText, type Place, TextProblem } from './definition-text.ts'
import type { Steps } from './steps.ts'
import { createYamlBounds } from './yaml-bounds.ts'

/** The library would take it for a key of this name, as YAML 1.2 does; whoever writes it means something else. */
const NO_MERGE = 'Merge keys (<<) are not available: write the keys out here, or use the alias as the whole value'

/** Lexemes that are read in one step: some 2 ms. */
const STEP = 1_000

/** Yields after every 1,000 lexemes at most, and once more before they are composed, which is one step whatever their number. */
export function* readYamlText(text: string): Steps<ParsedText> {
  try {
    const contents = yield* compose(text)
    return {
      ok: true,
      value: toJson(contents, null),
      offsetsOf(paths) {
        const { root, offsets } = createPlaces(paths)
        toJson(contents, root)
        return offsets()
      },
    }
  } catch (error) {
    if (error instanceof TextProblem) return { ok: false, message: error.message, offset: error.offset }
    throw error
  }
}

/** The document's root node. @throws TextProblem */
function* compose(text: string): Steps<unknown> {
  const bounds = createYamlBounds(text)
  const parser = new Parser()
  const tokens: CST.Token[] = []
  let lexemes = 0
  for (const lexeme of new Lexer().lex(text)) {
    bounds.take(lexeme)
    for (const token of parser.next(lexeme)) tokens.push(token)
    lexemes += 1
    if (lexemes % STEP === 0) yield
  }
  tokens.push(...parser.end())
  yield
  const composer = new Composer({ schema: 'core', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' })
  const [document, another] = composer.compose(tokens, true, text.length)
  if (another) throw new TextProblem('This has more than one document', another.range[0])
  const [problem] = [...(document?.errors ?? []), ...(document?.warnings ?? [])]
  if (problem) throw new TextProblem(problem.message, problem.pos[0])
  yield
  return document?.contents
}

/**
 * The node's value; on the way, every place under `root` learns its offset. What an alias stands for is the same value
 * and not a copy: a few lines of nested aliases, written out, are billions of values. @throws TextProblem
 */
function toJson(contents: unknown, root: Place | null): Json {
  const anchored = new Map<string, Json>()

  function convert(node: unknown, place: Place | null | undefined, depth: number, from: number): Json {
    const offset = offsetIn(node) ?? from
    if (place && place.offset === null) place.offset = offset
    if (depth > MAX_DEFINITION_DEPTH) throw new TextProblem(`Nested more than ${MAX_DEFINITION_DEPTH} deep`, offset)
    if (isAlias(node)) {
      const value = anchored.get(node.source)
      if (value === undefined) throw new TextProblem(`There is no anchor "${node.source}" before this`, offset)
      return value
    }
    const value = bare(node, place, depth, offset)
    if ((isScalar(node) || isSeq(node) || isMap(node)) && node.anchor) anchored.set(node.anchor, value)
    return value
  }

  function bare(node: unknown, place: Place | null | undefined, depth: number, offset: number): Json {
    if (isSeq(node)) {
      return node.items.map((item, index) => convert(item, place?.inner.get(`${index}`), depth + 1, offset))
    }
    if (isMap(node)) return Object.fromEntries(membersOf(node.items, place, depth, offset))
    return isScalar(node) ? scalarOf(node.value, offset) : null
  }

  function membersOf(
    pairs: { key: unknown; value: unknown }[],
    place: Place | null | undefined,
    depth: number,
    from: number,
  ): Map<string, Json> {
    const members = new Map<string, Json>()
    for (const { key, value } of pairs) {
      const offset = offsetIn(key) ?? from
      if (!isScalar(key)) throw new TextProblem('A key must be plain text', offset)
      if (isMergeKey(key)) throw new TextProblem(NO_MERGE, offset)
      const name = String(scalarOf(key.value, offset))
      if (members.has(name)) throw new TextProblem(`The key "${name}" stands here twice`, offset)
      const inner = place?.inner.get(name)
      if (inner) inner.offset = offset
      members.set(name, convert(value, inner, depth + 1, offset))
    }
    return members
  }

  return convert(contents, root, 0, 0)
}

/** One in quotes is a key like any other. */
function isMergeKey({ value, type }: Scalar): boolean {
  return value === '<<' && type === 'PLAIN'
}

function offsetIn(node: unknown): number | null {
  return isNode(node) ? (node.range?.[0] ?? null) : null
}

function scalarOf(value: unknown, offset: number): Json {
  if (typeof value === 'string' && !value.isWellFormed()) throw new TextProblem(HALF_A_PAIR, offset)
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new TextProblem('This is not a value of JSON', offset)
}
