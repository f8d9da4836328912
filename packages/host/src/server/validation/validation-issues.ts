import { didYouMean, type ValidationIssue } from '@opscore/contract'
import type { ErrorObject } from 'ajv'
import { httpUrlWording } from '../http-url.ts'
import { dateTimeWording } from './date-time-wording.ts'
import { shownInput } from './shown-input.ts'
import type { Wording } from './wording.ts'

/** No answer names more; who has this many things wrong mends the first ones first. */
const MOST_ISSUES = 100

const TYPES: Readonly<Record<string, Wording>> = {
  string: ['string_type', 'Input should be a valid string'],
  integer: ['int_type', 'Input should be a valid integer'],
  number: ['float_type', 'Input should be a valid number'],
  boolean: ['bool_type', 'Input should be a valid boolean'],
  array: ['list_type', 'Input should be a valid list'],
  object: ['dict_type', 'Input should be a valid dictionary'],
  null: ['none_required', 'Input should be None'],
}

/** Text that is none of what it should be: pydantic, which makes numbers of text, says then that it could not be read. */
const UNREADABLE: Readonly<Record<string, Wording>> = {
  integer: ['int_parsing', 'Input should be a valid integer, unable to parse string as an integer'],
  number: ['float_parsing', 'Input should be a valid number, unable to parse string as a number'],
  boolean: ['bool_parsing', 'Input should be a valid boolean, unable to interpret input'],
}

const MODEL: Wording = ['model_attributes_type', 'Input should be a valid dictionary or object to extract fields from']

/** By Ajv's keywords. */
const KEYWORDS: Readonly<Record<string, (error: ErrorObject, part: string) => Wording>> = {
  required: () => ['missing', 'Field required'],
  additionalProperties: ({ params, parentSchema }, part) => [
    'extra_forbidden',
    `Extra inputs are not permitted${part === 'query' ? didYouMean(params.additionalProperty, Object.keys(parentSchema?.properties ?? {})) : ''}`,
  ],
  minLength: ({ params }) => ['string_too_short', `String should have at least ${counted(params.limit, 'character')}`],
  maxLength: ({ params }) => ['string_too_long', `String should have at most ${counted(params.limit, 'character')}`],
  pattern: ({ params }) => ['string_pattern_mismatch', `String should match pattern '${params.pattern}'`],
  enum: ({ params }) => ['literal_error', `Input should be ${alternatives(params.allowedValues)}`],
  not: ({ schema }) => ['value_error', `Value error, must not be ${alternatives(Object(schema).enum ?? [])}`],
  const: ({ params }) => ['literal_error', `Input should be ${alternatives([params.allowedValue])}`],
  minimum: ({ params }) => ['greater_than_equal', `Input should be greater than or equal to ${params.limit}`],
  maximum: ({ params }) => ['less_than_equal', `Input should be less than or equal to ${params.limit}`],
  exclusiveMinimum: ({ params }) => ['greater_than', `Input should be greater than ${params.limit}`],
  exclusiveMaximum: ({ params }) => ['less_than', `Input should be less than ${params.limit}`],
  multipleOf: ({ params }) => ['multiple_of', `Input should be a multiple of ${params.multipleOf}`],
  minItems: (error) => [
    'too_short',
    `List should have at least ${counted(error.params.limit, 'item')} after validation, not ${sizeOf(error.data)}`,
  ],
  maxItems: (error) => [
    'too_long',
    `List should have at most ${counted(error.params.limit, 'item')} after validation, not ${sizeOf(error.data)}`,
  ],
  format: ({ params, data }) => (params.format === 'date-time' ? dateTimeWording : httpUrlWording)(String(data)),
  type: typeWording,
}

/**
 * Ajv's errors as FastAPI reports them; `part` is `body`, `query`, `path` or `header`. `value` is the whole of that part as it
 * was sent, which tells an absent one from a wrong one. Never empty.
 */
export function toValidationIssues(errors: readonly ErrorObject[], part: string, value: unknown): ValidationIssue[] {
  if (value === null || value === undefined)
    return [{ loc: [part], msg: 'Field required', type: 'missing', input: null }]
  const issues = withoutNoise(errors)
    .slice(0, MOST_ISSUES)
    .map((error): ValidationIssue => {
      const [type, msg] = KEYWORDS[error.keyword]?.(error, part) ?? [
        'value_error',
        `Value error, ${error.message ?? error.keyword}`,
      ]
      const location = locationOf(error)
      return { loc: [part, ...location], msg, type, input: inputOf(error, part, location, value) }
    })
  if (issues.length > 0) return issues
  return [{ loc: [part], msg: 'Input should be valid', type: 'value_error', input: shownInput(value, part) }]
}

/** What was sent there. For a field that is missing it is what holds it, where that is a body. */
function inputOf(
  { keyword, data, params }: ErrorObject,
  part: string,
  location: readonly (string | number)[],
  value: unknown,
): ValidationIssue['input'] {
  if (part !== 'body') return shownInput(textAt(value, location), String(location.at(0)))
  if (keyword === 'required') return shownInput(data, String(location.at(-2) ?? part))
  const name = String(location.findLast((step) => typeof step === 'string') ?? part)
  const extra = keyword === 'additionalProperties' && typeof data === 'object' && data !== null
  return shownInput(extra ? Reflect.get(data, params.additionalProperty) : data, name)
}

/** The text that was sent, which the validator has made a number or a list of. */
function textAt(value: unknown, location: readonly (string | number)[]): unknown {
  return location.reduce((holder: unknown, step) => {
    return typeof holder === 'object' && holder !== null ? Reflect.get(holder, step) : holder
  }, value)
}

/** The length of a URL is a part of what its format says. */
function withoutNoise(errors: readonly ErrorObject[]): ErrorObject[] {
  return withoutUnionNoise(errors).filter(
    ({ keyword, parentSchema }) => parentSchema?.format !== 'http-url' || !/Length$/.test(keyword),
  )
}

/**
 * A value that may be null is a union to Ajv, which then reports both branches and the union itself; a person wants to
 * hear of the one that is not null.
 */
function withoutUnionNoise(errors: readonly ErrorObject[]): ErrorObject[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
  if (unions.length === 0) return [...errors]
  const useful = errors.filter((error) => {
    if (error.keyword === 'type' && error.params.type === 'null') return !unions.some((union) => covers(union, error))
    return true
  })
  return useful.filter(
    (error) => !unions.includes(error) || !useful.some((other) => !unions.includes(other) && covers(error, other)),
  )
}

function covers(union: ErrorObject, error: ErrorObject): boolean {
  const inside = error.instancePath === union.instancePath || error.instancePath.startsWith(`${union.instancePath}/`)
  return inside && error.schemaPath.startsWith(`${union.schemaPath}/`)
}

function typeWording({ params, data, parentSchema }: ErrorObject, part: string): Wording {
  const expected: string = Array.isArray(params.type) ? String(params.type[0]) : String(params.type)
  if (parentSchema?.format === 'date-time') return ['datetime_type', 'Input should be a valid datetime']
  if (parentSchema?.format === 'http-url') return ['url_type', 'URL input should be a string or URL']
  if (expected === 'object' && Object.keys(parentSchema?.properties ?? {}).length > 0) return MODEL
  if (expected === 'integer' && typeof data === 'number') {
    return ['int_from_float', 'Input should be a valid integer, got a number with a fractional part']
  }
  const wording =
    (part === 'body' && !isUnreadable(data, expected) ? undefined : UNREADABLE[expected]) ?? TYPES[expected]
  return wording ?? ['value_error', `Input should be a valid ${expected}`]
}

/** Text in a body of which pydantic would make no such value. What it would take, we do not: there it is the type that is wrong. */
function isUnreadable(data: unknown, expected: string): boolean {
  if (expected === 'boolean') {
    const isRead = /^(?:true|false|t|f|yes|no|y|n|on|off|0|1)$/i
    return (typeof data === 'string' || typeof data === 'number') && !isRead.test(String(data))
  }
  return typeof data === 'string' && (data.trim() === '' || !Number.isFinite(Number(data)))
}

function locationOf({ instancePath, keyword, params }: ErrorObject): (string | number)[] {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^(?:0|[1-9]\d{0,8})$/.test(part) ? Number(part) : part))
  if (keyword === 'required') return [...path, String(params.missingProperty)]
  return keyword === 'additionalProperties' ? [...path, String(params.additionalProperty)] : path
}

function counted(count: unknown, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** As pydantic lists them: 'a', 'b' or 'c'. */
function alternatives(values: readonly unknown[]): string {
  const words = values.map((value) => (typeof value === 'string' ? `'${value}'` : JSON.stringify(value)))
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function sizeOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0
}
