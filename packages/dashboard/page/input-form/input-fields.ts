/** A JSON Schema as the fields of a form. What a field cannot show is written as JSON. */
import type { Json, JsonObject } from '@opscore/contract'

export interface InputField {
  name: string
  title: string
  description: string | undefined
  kind: 'text' | 'long-text' | 'number' | 'integer' | 'flag' | 'choice' | 'json'
  isRequired: boolean
  /** Of a choice, as JSON: `"red"` is not `red`. */
  choices: readonly string[]
  /** What stands there at first, as it is typed. */
  first: string
}

/** From so many characters on a text has several lines. */
const LONG = 120

/** The fields of an object's schema, in its order; `null` where it is none, or names no property: its input is written as JSON. */
export function fieldsOf(schema: unknown): InputField[] | null {
  if (!isObject(schema) || !isObject(schema.properties)) return null
  if (schema.type !== undefined && schema.type !== 'object') return null
  const required = Array.isArray(schema.required) ? schema.required : []
  const fields = Object.entries(schema.properties).map(([name, property]) =>
    fieldOf(name, isObject(property) ? property : {}, required.includes(name)),
  )
  return fields.length === 0 ? null : fields
}

function fieldOf(name: string, property: JsonObject, isRequired: boolean): InputField {
  const kind = kindOf(property)
  const { title, description, default: first } = property
  return {
    ...{ name, kind, isRequired },
    title: typeof title === 'string' ? title : name,
    description: typeof description === 'string' ? description : undefined,
    choices: kind === 'choice' && Array.isArray(property.enum) ? property.enum.map((each) => JSON.stringify(each)) : [],
    first: first === undefined ? '' : typedOf(kind, first),
  }
}

function kindOf({ type, enum: choices, maxLength }: JsonObject): InputField['kind'] {
  if (Array.isArray(choices) && choices.length > 0) return 'choice'
  if (type === 'string') return typeof maxLength === 'number' && maxLength > LONG ? 'long-text' : 'text'
  if (type === 'number' || type === 'integer') return type
  return type === 'boolean' ? 'flag' : 'json'
}

const typedOf = (kind: InputField['kind'], value: Json): string =>
  (kind === 'text' || kind === 'long-text') && typeof value === 'string' ? value : JSON.stringify(value)

/** What is typed where the fields begin with a value. */
export function typedFrom(fields: readonly InputField[], value: Json): Map<string, string> {
  const from = isObject(value) ? value : {}
  return new Map(
    fields.flatMap(({ name, kind }) => {
      const own = Object.hasOwn(from, name) ? from[name] : undefined
      return own === undefined ? [] : [[name, typedOf(kind, own)]]
    }),
  )
}

export type Read = { value: JsonObject } | { problems: ReadonlyMap<string, string> }

/** The object that is typed. What is left empty is left out; Ops-Core checks it against the whole schema when it is sent. */
export function inputOf(fields: readonly InputField[], typed: ReadonlyMap<string, string>): Read {
  const value: JsonObject = {}
  const problems = new Map<string, string>()
  for (const field of fields) {
    const text = typed.get(field.name) ?? field.first
    if (text.trim() === '') {
      if (field.isRequired && field.kind !== 'text' && field.kind !== 'long-text') {
        problems.set(field.name, 'is required')
      } else if (field.isRequired) value[field.name] = text
      continue
    }
    const read = readField(field.kind, text)
    if ('problem' in read) problems.set(field.name, read.problem)
    else value[field.name] = read.value
  }
  return problems.size > 0 ? { problems } : { value }
}

function readField(kind: InputField['kind'], text: string): { value: Json } | { problem: string } {
  if (kind === 'text' || kind === 'long-text') return { value: text }
  if (kind === 'number' || kind === 'integer') {
    const number = Number(text)
    if (!Number.isFinite(number)) return { problem: 'is no number' }
    return kind === 'integer' && !Number.isInteger(number) ? { problem: 'is no whole number' } : { value: number }
  }
  try {
    return { value: JSON.parse(text) as Json }
  } catch {
    return { problem: 'is no JSON: text stands in quotes' }
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
