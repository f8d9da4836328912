/** JSON Schema 2020-12 in definitions: what a session's input, output and signals must be, and what people may edit. */
import type { Json, JsonObject } from '@opscore/contract'
import { Value } from 'typebox/value'
import { pointer } from '../check/problem-list.ts'

export interface SchemaIssue {
  /** JSON pointer into the value. */
  path: string
  message: string
}

/** So many are told. */
const MAX_ISSUES = 20

/** A schema's text at most, in characters. */
const MAX_SCHEMA = 64 * 1024

/**
 * What is wrong with a schema itself, as a predicate; `null` where nothing is. What could make checking a value take longer than
 * its size is refused: references, which may double at each turn, and patterns that may look at a text more than once.
 */
export function schemaProblem(schema: JsonObject): string | null {
  if (JSON.stringify(schema).length > MAX_SCHEMA) return `has more than ${MAX_SCHEMA / 1024} KiB`
  const refused = refusedPart(schema)
  if (refused !== null) return refused
  try {
    Value.Check(schema, null)
    return null
  } catch (error) {
    return `is no JSON Schema: ${error instanceof Error ? error.message : String(error)}`
  }
}

const REFERENCES = new Set(['$ref', '$dynamicRef', '$recursiveRef'])

function refusedPart(part: Json): string | null {
  if (part === null || typeof part !== 'object') return null
  for (const [key, member] of Object.entries(part)) {
    if (REFERENCES.has(key) && typeof member === 'string') return `has "${key}": write what it refers to in its place`
    if (key === 'pattern' && typeof member === 'string' && !isLinear(member)) return refusedPattern(member)
    if (key === 'patternProperties' && member !== null && typeof member === 'object') {
      const slow = Object.keys(member).find((pattern) => !isLinear(pattern))
      if (slow !== undefined) return refusedPattern(slow)
    }
    const found = refusedPart(member)
    if (found !== null) return found
  }
  return null
}

const refusedPattern = (pattern: string): string =>
  `has the pattern ${JSON.stringify(pattern)}: one begins with ^, has no repeated group, no reference back, and at most one * or +`

/** Whether matching takes time in proportion to the text alone. */
function isLinear(pattern: string): boolean {
  // Neither what is escaped nor what stands in brackets repeats anything.
  const bare = pattern
    .replace(/\\./g, (escaped) => (/\\[1-9k]/.test(escaped) ? '\\1' : 'x'))
    .replace(/\[[^\]]*\]/g, 'x')
  if (!bare.startsWith('^') || bare.includes('\\1') || /\)[*+{]/.test(bare)) return false
  return (bare.match(/[*+]|\{\d*,\}/g) ?? []).length <= 1
}

/** The value with the schema's defaults filled in, or what does not fit. The value itself is left as it is. */
export function fitToSchema(
  schema: JsonObject,
  value: Json,
): { ok: true; value: Json } | { ok: false; issues: SchemaIssue[] } {
  const filled = withDefaults(schema, value)
  if (Value.Check(schema, filled)) return { ok: true, value: filled }
  const issues = Value.Errors(schema, filled)
    .slice(0, MAX_ISSUES)
    .map(({ instancePath, message, keyword, params }) => {
      const missing = keyword === 'required' ? firstMissing(params) : null
      return missing === null
        ? { path: instancePath, message }
        : { path: pointer(instancePath, missing), message: 'is required' }
    })
  return { ok: false, issues }
}

/** Fills in what is absent in objects, and in those within them and in lists; a `default` that does not fit is told as any other value. */
function withDefaults(schema: Json | undefined, value: Json): Json {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return value
  if (Array.isArray(value)) return value.map((item) => withDefaults(schema.items, item))
  const { properties } = schema
  if (typeof value !== 'object' || value === null || typeof properties !== 'object' || properties === null) return value
  const filled: JsonObject = { ...value }
  for (const [name, inner] of Object.entries(properties)) {
    const known = filled[name]
    if (known !== undefined) filled[name] = withDefaults(inner, known)
    else if (typeof inner === 'object' && inner !== null && 'default' in inner) filled[name] = inner.default ?? null
  }
  return filled
}

function firstMissing(params: object): string | null {
  const names = 'requiredProperties' in params ? params.requiredProperties : null
  const [first] = Array.isArray(names) ? names : []
  return typeof first === 'string' ? first : null
}
