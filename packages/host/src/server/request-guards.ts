import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from './answer/api-error.ts'
import type { HttpLimits } from './http-limits.ts'

/** An API's answers load nothing, whatever a browser makes of them. */
export const API_CONTENT_SECURITY_POLICY = "default-src 'none'"

/** The page loads what its own origin serves, and nothing else (reliability.md, "headers out"). */
export const PAGE_CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** What every answer bears beside its request's id, name and value in turn. */
export const API_HEADERS = [
  ...['x-content-type-options', 'nosniff'],
  ...['cache-control', 'no-store'],
  ...['content-security-policy', API_CONTENT_SECURITY_POLICY],
]

/** The one that Node meets by itself, by its own pattern. */
const MET_EXPECTATION = /(?:^|\W)100-continue(?:$|\W)/i

/** What every request passes before any route, and every answer bears. */
export function addRequestGuards(app: FastifyInstance, limits: HttpLimits): void {
  const rawHeaderLimit = 2 * limits.headerCount

  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = request
    bearGuards(request, reply)
    if (raw.rawHeaders.length > rawHeaderLimit) {
      done(new ApiError('TOO_MANY_HEADERS', `The request has more than ${limits.headerCount} headers`))
      return
    }
    const refusal = refusalOf(raw)
    if (refusal !== undefined) {
      done(refusal)
      return
    }
    settleContentType(raw.headers)
    done()
  })
}

/** What Node would refuse with an empty answer, or nobody would understand. */
function refusalOf({ headers, httpVersion }: IncomingMessage): ApiError | undefined {
  // Whoever expects something holds the body back: what comes next on the connection may be anything.
  const close = { headers: { connection: 'close' } }
  const { host, expect, 'content-encoding': encoding = 'identity' } = headers
  if (httpVersion === '1.1' && host === undefined)
    return new ApiError('BAD_REQUEST', 'The request has no Host header', close)
  if (httpVersion === '1.1' && expect !== undefined && !MET_EXPECTATION.test(expect)) {
    return new ApiError(
      'EXPECTATION_FAILED',
      'No expectation is met but 100-continue: leave the header Expect out',
      close,
    )
  }
  if (/^identity$/i.test(encoding) || hasNoBody(headers)) return undefined
  const detail = `A body with Content-Encoding: ${encoding.slice(0, 64)} is not read; send it as it is, without that header`
  return new ApiError('UNSUPPORTED_MEDIA_TYPE', detail, { headers: { 'accept-encoding': 'identity' } })
}

/** Sets the headers that every answer has; a route replaces them by setting its own. */
export function bearGuards({ id, server }: FastifyRequest, reply: FastifyReply): void {
  reply
    .header('x-request-id', id)
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'no-store')
    .header('content-security-policy', API_CONTENT_SECURITY_POLICY)
  // Told to close with its answer, a client never sends the next request into a connection that goes away.
  if (server.lifecycle.draining) reply.header('connection', 'close')
}

/** A body without a type is read as JSON, as FastAPI does; the type of an absent body says nothing, not even a wrong one. */
function settleContentType(headers: IncomingHttpHeaders): void {
  if (hasNoBody(headers)) headers['content-type'] = undefined
  else headers['content-type'] ??= 'application/json'
}

/** Whether a request's headers announce no body, or an empty one. */
export function hasNoBody(headers: IncomingHttpHeaders): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] === undefined && (length === undefined || length === '0')
}
