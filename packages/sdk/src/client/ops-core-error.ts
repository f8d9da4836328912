export interface OpsCoreErrorFields {
  code: string
  status: number
  detail: string
  requestId?: string | undefined
  retryAfter?: number | undefined
  cause?: unknown
}

/**
 * A call that did not do what it was asked for.
 *
 * `code` is stable and the one to decide by: the error catalogue's, or `UNREACHABLE` (no answer), `TIMEOUT` (no answer
 * in time) and `BAD_ANSWER` (not what the API promises), which have the status 0 where there was no answer.
 */
export class OpsCoreError extends Error {
  override readonly name = 'OpsCoreError'
  readonly code: string
  readonly status: number
  /** One sentence, for people. */
  readonly detail: string
  /** What to quote when asking the server's log. */
  readonly requestId: string | undefined
  /** Milliseconds that the server asked to wait. */
  readonly retryAfter: number | undefined

  constructor(fields: OpsCoreErrorFields) {
    super(fields.detail, fields.cause === undefined ? undefined : { cause: fields.cause })
    this.code = fields.code
    this.status = fields.status
    this.detail = fields.detail
    this.requestId = fields.requestId
    this.retryAfter = fields.retryAfter
  }
}

/** Reads an error answer of Ops-Core (problem details) or AgentKit (envelope with `error_code`). */
export function errorFromAnswer(status: number, headers: Headers, text: string): OpsCoreError {
  const body = record(text)
  return new OpsCoreError({
    code: string(body.code) ?? string(body.error_code) ?? `HTTP_${status}`,
    status,
    detail: sentence(body.detail) ?? string(body.message) ?? string(body.title) ?? `The server answered ${status}.`,
    requestId: string(body.requestId) ?? headers.get('x-request-id') ?? undefined,
    retryAfter: retryAfter(headers.get('retry-after')),
  })
}

/** Milliseconds; the header holds seconds or an HTTP date (RFC 9110, 10.2.3). */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}

/** `detail` is a sentence, or FastAPI's list on a validation error. */
function sentence(detail: unknown): string | undefined {
  if (!Array.isArray(detail)) return string(detail)
  const issues = detail.map((issue: unknown) => {
    const { loc, msg } = fields(issue)
    return `${Array.isArray(loc) ? loc.join('.') : 'request'}: ${string(msg) ?? 'invalid'}`
  })
  return issues.length > 0 ? issues.join('; ') : undefined
}

function record(text: string): Record<string, unknown> {
  try {
    return fields(JSON.parse(text))
  } catch {
    return {}
  }
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
