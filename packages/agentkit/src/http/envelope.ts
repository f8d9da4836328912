import type { Envelope, ErrorCode, Problem } from '@opscore/contract'

export function success<T>(message: string, data: T): Envelope<T> {
  return { status: 'success', message, data, error_code: null }
}

/** Something went wrong that is not the request's fault, and that the caller is to read in a `200`. */
export function failure(code: ErrorCode, message: string): Envelope<never> {
  return { status: 'error', message, data: null, error_code: code }
}

/** An HTTP error: the envelope, with `detail` as FastAPI has it (wire contract, AgentKit). */
export function errorEnvelope({ detail, title, code }: Problem): Envelope<never> {
  return { ...failure('INTERNAL', typeof detail === 'string' ? detail : title), error_code: code, detail }
}
