/** What comes from outside is held to the schema that the workflow declares, and its defaults are filled in. */
import type { Json, JsonObject } from '@opscore/contract'
import { type CompiledWorkflow, fitToSchema } from '@opscore/workflow'
import { DomainError } from '../domain-error.ts'

/**
 * The value with the schema's defaults filled in. `at` is the pointer of its field in the request, `refusal` the sentence for one that does not fit.
 * @throws DomainError `PAYLOAD_INVALID`, `data.issues`
 */
export function fittingValue(schema: JsonObject, value: Json, at: string, refusal: string): Json {
  const fits = fitToSchema(schema, value)
  if (fits.ok) return fits.value
  throw invalidPayload(
    refusal,
    fits.issues.map(({ path, message }) => ({ path: `${at}${path}`, message })),
  )
}

/**
 * What a session begins with: a trigger's payload, or an empty one.
 * @throws DomainError `PAYLOAD_INVALID`, `data.issues`
 */
export function fittingInput({ input: schema }: CompiledWorkflow, input: JsonObject | null): JsonObject | null {
  if (schema === undefined) return input
  const refusal = 'The payload does not fit the input of the workflow'
  // A trigger's payload is an object, and so is what defaults were filled into.
  return fittingValue(schema, input ?? {}, '/initialPayload', refusal) as JsonObject
}

/** @throws DomainError `PAYLOAD_INVALID` for a signal that is not declared, or whose payload does not fit */
export function fittingPayload({ signals }: CompiledWorkflow, name: string, payload: Json): Json {
  if (signals === undefined) return payload
  const declared = Object.hasOwn(signals, name) ? signals[name] : undefined
  if (!declared) {
    const message = `must be one of the workflow's: ${Object.keys(signals).join(', ')}`
    throw invalidPayload(`The workflow takes no signal "${name}"`, [{ path: '/name', message }])
  }
  if (!declared.payload) return payload
  return fittingValue(declared.payload, payload, '/payload', `The payload does not fit the signal "${name}"`)
}

/** `issues` are pointers into the request, each with what is wrong there. */
export const invalidPayload = (detail: string, issues: { path: string; message: string }[]): DomainError =>
  new DomainError('PAYLOAD_INVALID', detail, { issues })
