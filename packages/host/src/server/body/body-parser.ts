import type { FastifyInstance } from 'fastify'
import { ApiError } from '../answer/api-error.ts'
import { parseJsonBody } from './json-body.ts'

/** Bodies are JSON, or absent; any other type is `415`. */
export function addJsonParser(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    const { rawBody, exact } = request.routeOptions.config
    if (rawBody === true) request.rawBody = bytes
    let value: unknown
    try {
      value = bytes.length === 0 ? undefined : parseJsonBody(bytes, exact)
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
      return
    }
    done(null, value)
  })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    if (body.length === 0) done(null, undefined)
    else done(new ApiError('UNSUPPORTED_MEDIA_TYPE', 'The body must be application/json'))
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
