import type { ErrorCode } from '@opscore/contract'
import { ApiError } from './api-error.ts'

/** What Fastify and its parsers throw, by the codes of our catalogue. */
const FRAMEWORK_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['PAYLOAD_TOO_LARGE', 'The body is larger than this address takes'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['UNSUPPORTED_MEDIA_TYPE', 'The body must be application/json'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['BAD_REQUEST', 'The body is not as long as its Content-Length says'],
  FST_ERR_BAD_URL: ['BAD_REQUEST', 'The address is not a valid URL'],
  FST_ERR_MAX_PARAM_LENGTH: ['BAD_REQUEST', 'A part of the address is too long'],
  ECONNRESET: ['BAD_REQUEST', 'The body was cut off'],
}

/** Any error as one of the catalogue's. What we do not know is `INTERNAL`, and tells the caller nothing. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const known = FRAMEWORK_ERRORS[code]
  if (known !== undefined) return new ApiError(known[0], known[1], { cause: error })
  return new ApiError('INTERNAL', 'Something unexpected went wrong; the log has it under this request id', {
    cause: error,
  })
}
