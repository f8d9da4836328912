/**
 * Reads fields of a definition by the contract's schemas: what fits comes back typed, what does not is a problem and
 * counts as absent, so that one pass finds every problem. `null` counts as absent throughout.
 */
import { didYouMean, type Json, type JsonObject, WORKFLOW_ID_PATTERN } from '@opscore/contract'
import { cutText } from '@opscore/contract/text'
import type { Static, TProperties, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { type ProblemList, pointer } from '../check/problem-list.ts'
import { parseDuration } from './duration.ts'

/** An object of the definition, and where it stands. */
export interface Fields<Properties extends TProperties> {
  path: string
  has(name: keyof Properties): boolean
  raw(name: keyof Properties): Json | undefined
  /** The field's value where it is there and fits its schema. */
  read<Name extends keyof Properties & string>(name: Name): Static<Properties[Name]> | null
  /** In milliseconds. `least` is 0 where no time at all has a meaning, else 1. */
  duration(name: keyof Properties & string, least?: 0 | 1): number | null
  /** The members of a list field, as many as its schema allows; `null` where it is absent or no such list. */
  list(name: keyof Properties & string): Json[] | null
  /** The fields of an object field. */
  object<Inner extends TProperties>(name: keyof Properties & string, schema: ObjectOf<Inner>): Fields<Inner> | null
  /** The pointer of a field. */
  at(name: keyof Properties & string): string
  /** A problem of a field; `predicate` follows its name. */
  error(name: keyof Properties & string, predicate: string): void
  warn(name: keyof Properties & string, predicate: string): void
}

/** A schema of objects, optional or not. */
export interface ObjectOf<Properties extends TProperties> {
  properties: Properties
}

/** At the head of a definition in JSON, for the editor alone. */
const EDITORS_SCHEMA = '$schema'

/** Listed of one object. */
const MAX_UNKNOWN = 20

/** The fields of `value`, named in messages as `noun`; `null`, and a problem, where it is no object. */
export function readFields<Properties extends TProperties>(
  value: Json,
  { noun, path, schema, problems }: { noun: string; path: string; schema: ObjectOf<Properties>; problems: ProblemList },
): Fields<Properties> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.error(path, `${noun} must be an object`)
    return null
  }
  const values: JsonObject = value
  const { properties } = schema
  warnOfUnknownFields(Object.keys(value), { path, properties, problems })
  const at = (name: string) => pointer(path, name)
  const error = (name: string, predicate: string) => problems.error(at(name), `"${name}" ${predicate}`)

  function raw(name: keyof Properties): Json | undefined {
    return Object.hasOwn(values, name) ? (values[String(name)] ?? undefined) : undefined
  }

  function read<Name extends keyof Properties & string>(name: Name): Static<Properties[Name]> | null {
    const fieldSchema: Properties[Name] = properties[name]
    const field: unknown = raw(name)
    if (field === undefined) return null
    if (Value.Check(fieldSchema, field)) return field
    error(name, expectation(fieldSchema))
    return null
  }

  function duration(name: string, least: 0 | 1 = 1): number | null {
    const field = raw(name)
    if (field === undefined) return null
    const parsed = parseDuration(field)
    if (parsed.ok && parsed.milliseconds >= least) return parsed.milliseconds
    error(name, parsed.ok ? 'must be longer than 0' : parsed.message)
    return null
  }

  function list(name: string): Json[] | null {
    const field = raw(name)
    if (field === undefined) return null
    const { minItems = 0, maxItems = Number.POSITIVE_INFINITY }: Expected = properties[name] ?? {}
    if (Array.isArray(field) && field.length >= minItems && field.length <= maxItems) return field
    error(name, `must be a list of ${minItems} to ${maxItems}`)
    return null
  }

  function object<Inner extends TProperties>(name: string, inner: ObjectOf<Inner>): Fields<Inner> | null {
    const field = raw(name)
    if (field === undefined) return null
    return readFields(field, { noun: `"${name}"`, path: at(name), schema: inner, problems })
  }

  const warn = (name: string, predicate: string) => problems.warn(at(name), `"${name}" ${predicate}`)
  return { path, at, raw, read, duration, list, object, error, warn, has: (name) => raw(name) !== undefined }
}

function warnOfUnknownFields(
  names: string[],
  { path, properties, problems }: { path: string; properties: TProperties; problems: ProblemList },
): void {
  const isKnown = (name: string) => Object.hasOwn(properties, name) || (path === '' && name === EDITORS_SCHEMA)
  const unknown = names.filter((name) => !isKnown(name))
  for (const name of unknown.slice(0, MAX_UNKNOWN)) {
    const shown = name.length > 40 ? `${cutText(name, 40)}…` : name
    const sentence = () => `Unknown field "${shown}"${didYouMean(name, Object.keys(properties))}`
    problems.warn(pointer(path, name), sentence)
  }
  const more = unknown.length - MAX_UNKNOWN
  if (more > 0) problems.warn(path, `There are ${more} more unknown fields here`)
}

interface Expected extends TSchema {
  type?: string
  enum?: readonly unknown[]
  anyOf?: readonly Expected[]
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  items?: Expected
}

/** What a schema asks for, as a sentence's predicate. */
function expectation(schema: Expected): string {
  if (schema.anyOf) return expectation(schema.anyOf.find((member) => member.type !== 'null') ?? {})
  if (schema.enum) return `must be ${schema.enum.map((value) => JSON.stringify(value)).join(' or ')}`
  switch (schema.type) {
    case 'string':
      if (schema.pattern === WORKFLOW_ID_PATTERN) return 'must be an id: 1 to 128 letters, digits or . _ : -'
      return `must be text of ${schema.minLength ?? 0} to ${schema.maxLength} characters`
    case 'integer':
      return `must be an integer from ${schema.minimum} to ${schema.maximum}`
    case 'number':
      return `must be a number from ${schema.minimum} to ${schema.maximum}`
    case 'array':
      return `must be a list of at most ${schema.maxItems}, of which each ${expectation(schema.items ?? {})}`
    default:
      return 'has a wrong type'
  }
}
