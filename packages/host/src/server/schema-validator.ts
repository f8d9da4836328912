import { Ajv, type Options, type ValidateFunction } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'
import { isDateTime } from '../date-time.ts'
import { ApiError } from './api-error.ts'
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
 * fails is checked again for all of them. Bodies are never coerced; what comes as text (query, path, headers) is.
 * `shared` gives the schemas that others refer to; it is asked once, when the first route is compiled.
 */
export function createValidatorCompiler(shared: () => readonly unknown[]): FastifySchemaCompiler<unknown> {
  let validators: { body: Pair; text: Pair } | undefined
  return ({ schema, httpPart = 'body' }) => {
    validators ??= { body: createPair(shared(), false), text: createPair(shared(), 'array') }
    const { first, all } = httpPart === 'body' ? validators.body : validators.text
    if (!isSchema(schema)) throw new Error(`The schema of a ${httpPart} is neither an object nor a boolean`)
    const check = first.compile(schema)
    const explain = all.compile(schema)
    const part = PART_NAMES[httpPart] ?? httpPart
    return (value: unknown) => check(value) || { error: explained(value, explain, check, part) }
  }
}

/** Whether a body fits a schema that refers to no other, as a route with it as its body's would find. */
export function bodyValidator<T>(schema: unknown): (value: unknown) => value is T {
  if (!isSchema(schema)) throw new Error('The schema of a body is neither an object nor a boolean')
  const check = createAjv({ allErrors: false, coerceTypes: false }).compile(schema)
  return (value): value is T => check(value) === true
}

interface Pair {
  first: Ajv
  all: Ajv
}

function createPair(shared: readonly unknown[], coerceTypes: Options['coerceTypes']): Pair {
  const create = (allErrors: boolean) => {
    const ajv = createAjv({ allErrors, coerceTypes })
    for (const schema of shared) if (isSchema(schema)) ajv.addSchema(schema)
    return ajv
  }
  return { first: create(false), all: create(true) }
}

function createAjv(options: Pick<Options, 'allErrors' | 'coerceTypes'>): Ajv {
  const ajv = new Ajv({
    ...options,
    verbose: true,
    useDefaults: true,
    // An unknown keyword or format is a mistake of ours and stops the start; the other rules of strict mode refuse good schemas.
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    addUsedSchema: false,
  })
  ajv.addFormat('date-time', { type: 'string', validate: isDateTime })
  return ajv
}

function explained(value: unknown, explain: ValidateFunction, check: ValidateFunction, part: string): ApiError {
  const firstOnly = check.errors ?? []
  const all =
    countValues(value, NAME_ALL_BELOW) < NAME_ALL_BELOW && !explain(value) ? (explain.errors ?? []) : firstOnly
  const issues = toValidationIssues(all, part, value)
  return new ApiError('VALIDATION_FAILED', 'The request does not fit its schema', {
    issues,
    errors: issues.map(({ loc, msg }) => ({ path: `/${loc.map(escapePointer).join('/')}`, message: msg })),
  })
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

/** RFC 6901. */
function escapePointer(part: string | number): string {
  return String(part).replaceAll('~', '~0').replaceAll('/', '~1')
}

function isSchema(value: unknown): value is object | boolean {
  return typeof value === 'boolean' || (typeof value === 'object' && value !== null)
}
