import { Ajv, type ValidateFunction } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'
import { isDateTime } from '../../date-time.ts'
import type { ApiError } from '../answer/api-error.ts'
import { textReader } from '../body/text-reader.ts'
import { isHttpUrl } from '../http-url.ts'
import { validationError } from './validation-error.ts'
import { toValidationIssues } from './validation-issues.ts'

/** What FastAPI calls the parts of a request. */
const PART_NAMES: Readonly<Record<string, string>> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'header',
}

/** A larger value gets only its first problem named: naming a million of them would hold the event loop. */
const NAME_ALL_BELOW = 5_000

/**
 * What Fastify compiles its routes' schemas with. A value is checked once, quickly, to the first problem; only one that
 * fails is checked again for all of them. Bodies are never coerced; what comes as text (query, path, headers) is read by
 * `textReader`. A query has no parameters but those of its schema.
 * `shared` gives the schemas that others refer to; it is asked once, when the first route is compiled.
 */
export function createValidatorCompiler(shared: () => readonly unknown[]): FastifySchemaCompiler<unknown> {
  let validators: Pair | undefined
  return ({ schema, httpPart = 'body' }) => {
    validators ??= createPair(shared())
    if (!isSchema(schema)) throw new Error(`The schema of a ${httpPart} is neither an object nor a boolean`)
    const closed = httpPart === 'querystring' ? closedQuery(schema) : schema
    const check = validators.first.compile(closed)
    const explain = validators.all.compile(closed)
    const part = PART_NAMES[httpPart] ?? httpPart
    const read = httpPart === 'body' ? undefined : textReader(closed)
    if (read === undefined)
      return (value) => check(value) || { error: explained({ value, sent: value, explain, check, part }) }
    return (sent) => {
      const value = read(sent)
      return check(value) ? { value } : { error: explained({ value, sent, explain, check, part }) }
    }
  }
}

/** A parameter that nobody reads is a misspelt filter: without it the answer would be another one. */
function closedQuery(schema: object | boolean): object | boolean {
  return typeof schema === 'object' ? { additionalProperties: false, ...schema } : schema
}

/** Whether a body fits a schema that refers to no other, as a route with it as its body's would find. */
export function bodyValidator<T>(schema: unknown): (value: unknown) => value is T {
  if (!isSchema(schema)) throw new Error('The schema of a body is neither an object nor a boolean')
  const check = createAjv(false).compile(schema)
  return (value): value is T => check(value) === true
}

interface Pair {
  first: Ajv
  all: Ajv
}

function createPair(shared: readonly unknown[]): Pair {
  const create = (allErrors: boolean) => {
    const ajv = createAjv(allErrors)
    for (const schema of shared) if (isSchema(schema)) ajv.addSchema(schema)
    return ajv
  }
  return { first: create(false), all: create(true) }
}

function createAjv(allErrors: boolean): Ajv {
  const ajv = new Ajv({
    allErrors,
    verbose: true,
    useDefaults: true,
    // An unknown keyword or format is a mistake of ours and stops the start; the other rules of strict mode refuse good schemas.
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    addUsedSchema: false,
  })
  ajv.addFormat('date-time', { type: 'string', validate: isDateTime })
  ajv.addFormat('http-url', { type: 'string', validate: isHttpUrl })
  return ajv
}

/** A value that failed; `sent` is the text that it was read from. */
interface Failed {
  value: unknown
  sent: unknown
  explain: ValidateFunction
  check: ValidateFunction
  part: string
}

function explained({ value, sent, explain, check, part }: Failed): ApiError {
  const firstOnly = check.errors ?? []
  const all =
    countValues(value, NAME_ALL_BELOW) < NAME_ALL_BELOW && !explain(value) ? (explain.errors ?? []) : firstOnly
  return validationError(toValidationIssues(all, part, sent))
}

/** How many values there are in `value`, counted no further than `limit`. */
function countValues(value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null) return 1
  let count = 1
  for (const item of Object.values(value)) {
    count += countValues(item, limit - count)
    if (count >= limit) break
  }
  return count
}

function isSchema(value: unknown): value is object | boolean {
  return typeof value === 'boolean' || (typeof value === 'object' && value !== null)
}
