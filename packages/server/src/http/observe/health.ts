import { stringUnion } from '@opscore/contract'
import type { Engine } from '@opscore/engine'
import { ApiError } from '@opscore/host'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { operation } from '../openapi/operation.ts'

/** Open to all: whether the process lives, and whether it should be sent work. */
export function addHealthRoutes(app: FastifyInstance, { engine }: { engine: Engine }): void {
  app.get(
    '/health',
    {
      schema: operation({
        id: 'getHealth',
        tag: 'server',
        summary: 'Whether the process lives',
        answers: { 200: Type.Object({ status: stringUnion(['ok']) }) },
      }),
    },
    (_request, reply) => {
      reply.send({ status: 'ok' })
    },
  )

  app.get(
    '/ready',
    {
      schema: operation({
        id: 'getReadiness',
        tag: 'server',
        summary: 'Whether the server wants work',
        answers: { 200: Type.Object({ status: stringUnion(['ready']) }) },
        errors: ['SHUTTING_DOWN', 'STORE_UNAVAILABLE'],
      }),
    },
    (_request, reply) => {
      if (app.lifecycle.draining) throw new ApiError('SHUTTING_DOWN', 'The server is stopping', { retryAfter: 1 })
      if (!engine.ready()) {
        throw new ApiError('STORE_UNAVAILABLE', 'The server is starting, or cannot write', { retryAfter: 1 })
      }
      reply.send({ status: 'ready' })
    },
  )
}
