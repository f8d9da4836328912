import { SignalAccepted, SignalRequest } from '@opscore/contract'
import type { FastifyInstance } from 'fastify'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import { SessionParams } from './session.ts'

const SIGNAL_LIMIT = 320 * 1024

/** What the world tells a session. */
export function addSessionSignalRoute(app: FastifyInstance, { engine, guard }: ApiContext): void {
  app.post<{ Params: SessionParams; Body: SignalRequest }>(
    '/v1/opscore/session/:sessionId/signal',
    {
      bodyLimit: SIGNAL_LIMIT,
      config: { exact: { payload: 'any' } },
      ...guarded(guard, {
        id: 'signalSession',
        tag: 'session',
        summary: 'Send a signal',
        description:
          'It ends the wait that has waited longest for it, or is kept until one comes. Its `id` counts once, over retries and after the end of the session.',
        rule: { scope: 'trigger', demand: 'trigger' },
        params: SessionParams,
        body: SignalRequest,
        answers: { 202: SignalAccepted },
        errors: [
          ...([
            'SESSION_NOT_FOUND',
            'STATE_CONFLICT',
            'PAYLOAD_INVALID',
            'PAYLOAD_TOO_LARGE',
            'TOO_MANY_SIGNALS',
          ] as const),
          ...(['STORE_UNAVAILABLE', 'STORE_FULL'] as const),
        ],
      }),
    },
    async ({ params: { sessionId }, body: { name, payload = null, id } }, reply) => {
      const { signalId } = await engine.signalSession(sessionId, { name, payload, ...(id === undefined ? {} : { id }) })
      return reply.code(202).send({ status: 'success', message: 'Signal accepted', signalId } satisfies SignalAccepted)
    },
  )
}
