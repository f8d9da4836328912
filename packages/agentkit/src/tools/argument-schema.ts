import type { JsonObject } from '@opscore/contract'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

/**
 * Keywords by which a schema could make one check run for minutes: regular expressions that backtrack, comparisons of
 * every pair of items, references that double at each step. Without them a check costs at most schema times arguments.
 */
const UNBOUNDED = ['pattern', 'patternProperties', 'uniqueItems', '$ref', '$dynamicRef', '$async'] as const

/** In characters of JSON. Room for hundreds of parameters. */
const SCHEMA_SIZE = 16_384

const metaSchema = new Ajv2020({ strict: false })

export type ArgumentCheck = (args: JsonObject) => { path: string; message: string }[]

export type CompiledSchema = { ok: true; check: ArgumentCheck } | { ok: false; reason: string }

/**
 * Makes a check of a tool's arguments from its JSON Schema (2020-12). A schema that is none, is too large, or has a
 * keyword whose cost has no bound is refused, with the reason.
 */
export function compileArgumentSchema({ $schema: _, $id: __, ...schema }: JsonObject): CompiledSchema {
  if (JSON.stringify(schema).length > SCHEMA_SIZE) return refused(`The schema is longer than ${SCHEMA_SIZE} characters`)
  if (metaSchema.validateSchema(schema) !== true) return refused(`No JSON Schema: ${metaSchema.errorsText()}`)
  try {
    const validate = boundedAjv().compile(schema)
    return { ok: true, check: (args) => (validate(args) ? [] : (validate.errors ?? []).map(describe)) }
  } catch (error) {
    return refused(explain(error))
  }
}

/** One per schema: an instance keeps whatever it compiled, for ever. */
function boundedAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    meta: false,
    validateSchema: false,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    logger: false,
  })
  formats.default(ajv, { mode: 'fast' })
  for (const keyword of UNBOUNDED) ajv.removeKeyword(keyword)
  return ajv
}

function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const keyword = /unknown keyword: "(.{1,64})"/.exec(message)?.[1]
  if (UNBOUNDED.some((unbounded) => unbounded === keyword)) {
    return `The keyword ${keyword} is not allowed here: what it costs to check has no bound`
  }
  return keyword === undefined ? message : `The keyword ${keyword} is not known`
}

function describe({ instancePath, message, params }: ErrorObject): { path: string; message: string } {
  const extra: unknown = params.additionalProperty
  return { path: instancePath, message: `${message ?? 'is off'}${typeof extra === 'string' ? `: ${extra}` : ''}` }
}

function refused(reason: string): CompiledSchema {
  return { ok: false, reason }
}
