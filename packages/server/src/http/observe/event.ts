import { AgentId, EVENT_TYPES, OpsEvent, stringUnion } from '@opscore/contract'
import { ApiError } from '@opscore/host'
import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import { writeEvents } from './event-writer.ts'

const MAX_VALUES = 50
const cursor = Type.Optional(Type.String({ maxLength: 1024, description: 'The `id` of the last event that was seen' }))

const EventQuery = Type.Object({
  sessionId: Type.Optional(Type.Array(Type.String({ maxLength: 256 }), { maxItems: MAX_VALUES })),
  agentId: Type.Optional(Type.Array(AgentId, { maxItems: MAX_VALUES })),
  type: Type.Optional(Type.Array(stringUnion(EVENT_TYPES), { maxItems: MAX_VALUES })),
  cursor,
})
const EventHeaders = Type.Object({ 'last-event-id': cursor })

/**
 * How often the keys of open streams are looked at again, in milliseconds. Beside the poll interval of the key registry it
 * leaves a stream no whole second after its key was revoked on any node, or expired.
 */
const KEY_CHECK = 250

export interface OpenStream {
  /** Its key is still good. */
  mayGoOn(): boolean
  end(): void
}

/** The live streams that are open. */
export type OpenStreams = Set<OpenStream>

/** What happens, as it happens, as server-sent events. */
export function addEventRoute(
  app: FastifyInstance,
  { engine, guard, streams, maxStreams }: ApiContext & { streams: OpenStreams; maxStreams: number },
): void {
  endInTime(app, streams)

  app.get<{ Querystring: Static<typeof EventQuery>; Headers: Static<typeof EventHeaders> }>(
    '/v1/opscore/event',
    guarded(guard, {
      id: 'streamEvents',
      tag: 'event',
      summary: 'Follow events live',
      description:
        'Server-sent events, in order per agent and per session, with a comment every 15 s. `Last-Event-ID` or `cursor` goes on right behind an event; with neither the stream begins with what happens next. `event: resync` says that events are missing here because the history was trimmed. The stream ends within a second after its key was revoked or has expired.',
      rule: { scope: 'read', demand: 'management' },
      query: EventQuery,
      headers: EventHeaders,
      answers: { 200: eventStream },
      errors: ['INVALID_CURSOR', 'SHUTTING_DOWN'],
    }),
    async (request, reply) => {
      const { query, headers, method } = request
      const { cursor, sessionId, agentId, type } = query
      if (app.lifecycle.draining) throw new ApiError('SHUTTING_DOWN', 'The server is stopping', { retryAfter: 1 })
      if (streams.size >= maxStreams) {
        throw new ApiError('OVERLOADED', `${maxStreams} event streams are open already`, { retryAfter: 10 })
      }
      const controller = new AbortController()
      const end = () => {
        controller.abort()
        // Whoever does not read would hold the server's end back.
        if (reply.raw.writableNeedDrain) reply.raw.destroy()
      }
      const after = headers['last-event-id'] ?? cursor
      const stream: OpenStream = { mayGoOn: () => guard.authenticate(request) !== undefined, end }
      streams.add(stream)
      reply.raw.on('close', end)
      const batches = engine.streams
        .open({
          ...(after === undefined ? {} : { after }),
          filter: { sessionId, agentId, type },
          signal: controller.signal,
        })
        [Symbol.asyncIterator]()
      try {
        // Its place is settled before the answer begins: a cursor that is not ours is refused, and nothing is missed from here on.
        const first = await batches.next()
        reply.hijack()
        reply.header('content-type', 'text/event-stream; charset=utf-8').header('x-accel-buffering', 'no')
        for (const [name, value] of Object.entries(reply.header('connection', 'close').getHeaders())) {
          if (value !== undefined) reply.raw.setHeader(name, value)
        }
        if (method === 'HEAD') reply.raw.end()
        else await writeEvents(reply.raw, batches, first)
      } finally {
        streams.delete(stream)
        controller.abort()
        await batches.return?.()
      }
    },
  )
}

/** All when the server drains; each when its key is no longer good. */
function endInTime(app: FastifyInstance, streams: OpenStreams): void {
  app.lifecycle.signal.addEventListener('abort', () => {
    for (const stream of streams) stream.end()
  })
  const keyCheck = setInterval(() => {
    for (const stream of streams) if (!stream.mayGoOn()) stream.end()
  }, KEY_CHECK)
  keyCheck.unref()
  app.addHook('onClose', async () => clearInterval(keyCheck))
}

const eventStream = {
  description: 'Each event is `id: <cursor>`, `event: <type>`, `data: <an OpsEvent>`',
  content: { 'text/event-stream': { schema: OpsEvent } },
}
