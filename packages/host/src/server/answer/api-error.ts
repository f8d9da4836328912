import { ERROR_CATALOGUE, type ErrorCode, type ValidationIssue } from '@opscore/contract'

export interface ApiErrorOptions {
  /** Instead of the catalogue's, where what somebody else answered is passed on. */
  status?: number
  headers?: Record<string, string>
  /** Where in the request each thing is wrong: a JSON pointer and a sentence. */
  errors?: readonly { path: string; message: string }[]
  /** FastAPI's list, which then stands in the problem's `detail`. */
  issues?: readonly ValidationIssue[]
  /** Seconds after which it is worth trying again; sent as `Retry-After`. */
  retryAfter?: number
  /** Further members of the problem, beside those of RFC 9457. */
  data?: object
  cause?: unknown
}

/** An answer of ours that says no: a code of the catalogue, and one sentence for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ErrorCode
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly errors: ApiErrorOptions['errors']
  readonly issues: ApiErrorOptions['issues']
  readonly data: object | undefined

  constructor(code: ErrorCode, detail: string, options: ApiErrorOptions = {}) {
    super(detail, { cause: options.cause })
    this.code = code
    this.status = options.status ?? ERROR_CATALOGUE[code].status
    const retryAfter = options.retryAfter
    this.headers =
      retryAfter === undefined
        ? (options.headers ?? {})
        : { ...options.headers, 'retry-after': String(Math.max(1, Math.ceil(retryAfter))) }
    this.errors = options.errors
    this.issues = options.issues
    this.data = options.data
  }
}
