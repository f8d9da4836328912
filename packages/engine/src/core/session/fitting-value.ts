import type { Json, JsonObject } from '@opscore/contract'
import { fitToSchema } from '@opscore/workflow'
import { DomainError } from '../core/domain-error.ts'

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

/** `issues` are pointers into the request, each with what is wrong there. */
export const invalidPayload = (detail: string, issues: { path: string; message: string }[]): DomainError =>
  new DomainError('PAYLOAD_INVALID', detail, { issues })
