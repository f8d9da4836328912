import type { ValidationIssue } from '@opscore/contract'
import type { ErrorObject } from 'ajv'

/** Ajv's errors in pydantic v2's words. */
export function toValidationIssues(errors: readonly Partial<ErrorObject>[], part: string): ValidationIssue[] {
  return errors.map((error) => ({
    loc: [part, ...(error.instancePath ?? '').split('/').slice(1)],
    msg: error.message ?? '',
    type: 'value_error',
  }))
}
