import type { Envelope, ErrorCode, Problem } from '@opscore/contract'
import type { ApiError } from '@opscore/host'

export function success<T>(message: string, data: T): Envelope<T> {
  return { status: 'success', message, data, error_code: null }
}

/** Something went wrong that is not the request's fault, and that the caller is to read in a `2xx`. */
export function failure<T>(code: ErrorCode, message: string, data: T | null): Envelope<T> {
  return { status: 'error', message, data, error_code: code }
}

/** An HTTP error: the envelope, with `detail` as FastAPI has it (wire contract, AgentKit). */
export function errorEnvelope({ detail }: Problem, { code, message }: ApiError): Envelope<never> {
  return { ...failure<never>(code, message, null), detail }
}
