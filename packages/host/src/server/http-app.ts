import { createServer, type IncomingMessage } from 'node:http'
import type { Problem } from '@opscore/contract'
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import type { Log } from '../log.ts'
import type { ApiError } from './answer/api-error.ts'
import { answerClientError } from './answer/client-error.ts'
import { toApiError } from './answer/error-mapping.ts'
import { addMissingRouteAnswers, type Fallback } from './answer/missing-route.ts'
import { createPrintedAnswer } from './answer/printed-answer.ts'
import { PROBLEM_CONTENT_TYPE, toProblem } from './answer/problem.ts'
import { addJsonParser } from './body/body-parser.ts'
import type { ExactFields } from './body/json-body.ts'
import { WholeRequest } from './body/whole-request.ts'
import { HTTP_LIMITS, type HttpLimits } from './http-limits.ts'
import { createLifecycle, type Lifecycle } from './lifecycle.ts'
import { addRequestGuards, bearGuards } from './request-guards.ts'
import { createRequestIds } from './request-id.ts'
import { type Shortcut, shortcutListener } from './shortcuts.ts'
import { createValidatorCompiler } from './validation/schema-validator.ts'
import { withoutBasePath } from './without-base-path.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether this process drains; `listenAndDrain` turns it. */
    lifecycle: Lifecycle
    /** Requests see these before any route; to be added before the server listens. */
    shortcuts: Shortcut[]
  }
  interface FastifyRequest {
    /** The body's bytes, on routes with the config `rawBody`. */
    rawBody: Buffer | null
  }
  interface FastifyContextConfig {
    /** Keep the body's bytes as `request.rawBody`. */
    rawBody?: boolean
    /** Fields of the body whose integers beyond 2^53 are kept as they were written. */
    exact?: ExactFields
    /** An absent body, whatever its content type, counts as `{}`. */
    emptyBody?: boolean
  }
}

export interface HttpAppOptions {
  log: Log
  /** In bytes; a route may set its own. */
  bodyLimit: number
  /** The security headers of an API. A route, such as a page, sets its own by `reply.header`. */
  headers?: 'api'
  /** Wraps an error's answer in another envelope; it is then sent as `application/json`. */
  shapeError?: (problem: Problem, error: ApiError, request: FastifyRequest) => unknown
  limits?: Partial<HttpLimits>
  /** A prefix such as `/ops` that a proxy in front leaves in the address; without it addresses are served as well. */
  basePath?: string
  /** Answers what no route has, such as a page. */
  fallback?: Fallback
}

/**
 * A Fastify that can face strangers: time-outs against slow clients, guarded JSON, bodies that are never coerced, errors
 * as RFC 9457 problems (with FastAPI's list in a validation's `detail`), and nothing of our insides in any of them.
 */
export function createHttpApp(options: HttpAppOptions): FastifyInstance {
  const { log, bodyLimit, shapeError, limits: chosen, basePath = '', fallback } = options
  const limits = { ...HTTP_LIMITS, ...chosen }
  const requestIds = createRequestIds()
  const shortcuts: Shortcut[] = []

  function isUsual({ rawHeaders, headers }: IncomingMessage): boolean {
    const isPlain = headers.host !== undefined && headers['content-encoding'] === undefined
    return isPlain && rawHeaders.length <= 2 * limits.headerCount && !app.lifecycle.draining
  }

  function answerError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
    const known = toApiError(error)
    if (known.code === 'INTERNAL') log.error({ err: error, requestId: request.id, url: request.url }, 'request failed')
    const problem = toProblem(known, { url: request.url, requestId: request.id })
    const body = shapeError === undefined ? problem : shapeError(problem, known, request)
    const contentType = shapeError === undefined ? PROBLEM_CONTENT_TYPE : 'application/json; charset=utf-8'
    reply.code(known.status).headers(known.headers).type(contentType).send(JSON.stringify(body))
  }

  const app: FastifyInstance = fastify({
    logger: false,
    bodyLimit,
    serverFactory: (rest) => {
      const server = createServer(
        {
          IncomingMessage: WholeRequest,
          // It is asked for by our own guards, which say so.
          requireHostHeader: false,
          headersTimeout: limits.headers,
          requestTimeout: limits.request,
          connectionsCheckingInterval: limits.check,
          keepAliveTimeout: limits.keepAlive,
        },
        withoutBasePath(
          basePath,
          shortcutListener({
            ...{ shortcuts, isUsual, requestIdOf: requestIds, rest },
            answer: createPrintedAnswer(limits.keepAlive),
          }),
        ),
      )
      // What is expected is answered by our own guards too: alone, Node would send a bare 417.
      return server.on('checkExpectation', withoutBasePath(basePath, rest))
    },
    // Requests that reach a connection while it closes are served: whoever sent them cannot know.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 8192 },
    genReqId: requestIds,
    clientErrorHandler: (error, socket) => answerClientError(error, socket),
    frameworkErrors: (error, request, reply) => {
      bearGuards(request, reply)
      answerError(error, request, reply)
    },
  })
  app.decorate('lifecycle', createLifecycle(app.server))
  app.decorate('shortcuts', shortcuts)
  app.decorateRequest('rawBody', null)
  app.setErrorHandler(answerError)
  app.setValidatorCompiler(createValidatorCompiler(() => Object.values(app.getSchemas())))
  addRequestGuards(app, limits)
  addJsonParser(app)
  addMissingRouteAnswers(app, fallback)
  return app
}
