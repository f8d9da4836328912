import type { FastifyInstance } from 'fastify'
import { ApiError } from './api-error.ts'
import { parseJsonBody } from './json-body.ts'

/** Bodies are JSON, or absent. A body without a content type is read as JSON, as FastAPI does; any other type is `415`. */
export function addJsonParser(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    if (request.routeOptions.config.rawBody === true) request.rawBody = bytes
    let value: unknown
    try {
      value = bytes.length === 0 ? undefined : parseJsonBody(bytes)
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
      return
    }
    done(null, value)
  })
  app.addContentTypeParser('*', (request, _payload, done) => {
    if (hasBody(request.headers)) {
      done(new ApiError('UNSUPPORTED_MEDIA_TYPE', 'The body must be application/json'))
      return
    }
    if (request.routeOptions.config.rawBody === true) request.rawBody = Buffer.alloc(0)
    done(null, undefined)
  })
  app.addHook('onRoute', (route) => {
    if (route.config?.emptyBody !== true) return
    route.preValidation = [
      (request, _reply, done) => {
        if (request.body === undefined) request.body = {}
        done()
      },
      ...[route.preValidation ?? []].flat(),
    ]
  })
}

export function hasBody(headers: { 'content-length'?: string; 'transfer-encoding'?: string }): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}
