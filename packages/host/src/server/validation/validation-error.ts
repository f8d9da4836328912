import type { ValidationIssue } from '@opscore/contract'
import { ApiError } from '../answer/api-error.ts'
import { shownInput } from './shown-input.ts'

const SENTENCE = 'The request does not fit its schema'

/** `VALIDATION_FAILED` with FastAPI's list in its `detail`, and JSON pointers to the same places beside it. */
export function validationError(issues: readonly ValidationIssue[], sentence = SENTENCE): ApiError {
  return new ApiError('VALIDATION_FAILED', sentence, {
    issues,
    errors: issues.map(({ loc, msg }) => ({ path: `/${loc.map(escapePointer).join('/')}`, message: msg })),
  })
}

/** The same for one field that a handler refuses. `input` is what was sent there; for one that is missing, what holds it. */
export function refusedField(
  loc: ValidationIssue['loc'],
  { type = 'value_error', message, input }: { type?: string; message: string; input: unknown },
): ApiError {
  const msg = type === 'value_error' ? `Value error, ${message}` : message
  return validationError([{ loc, msg, type, input: shownInput(input, String(loc.at(-1))) }], message)
}

/** RFC 6901. */
function escapePointer(part: string | number): string {
  return String(part).replaceAll('~', '~0').replaceAll('/', '~1')
}
