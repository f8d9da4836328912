import { AgentId, EVENT_TYPES, OpsEvent, stringUnion } from '@opscore/contract'
import { ApiError } from '@opscore/host'
import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { ApiContext } from './api-context.ts'
import { writeEvents } from './event-writer.ts'
import { guarded } from './guarded.ts'

const MAX_VALUES = 50
const cursor = Type.Optional(Type.String({ maxLength: 1024, description: 'The `id` of the last event that was seen' }))

const EventQuery = Type.Object({
  sessionId: Type.Optional(Type.Array(Type.String({ maxLength: 256 }), { maxItems: MAX_VALUES })),
  agentId: Type.Optional(Type.Array(AgentId, { maxItems: MAX_VALUES })),
  type: Type.Optional(Type.Array(stringUnion(EVENT_TYPES), { maxItems: MAX_VALUES })),
  cursor,
})
const EventHeaders = Type.Object({ 'last-event-id': cursor })

/** The live streams that are open; each is ended by calling it. */
export type OpenStreams = Set<() => void>

/** What happens, as it happens, as server-sent events. */
export function addEventRoute(
  app: FastifyInstance,
  { engine, guard, streams, maxStreams }: ApiContext & { streams: OpenStreams; maxStreams: number },
): void {
  app.lifecycle.signal.addEventListener('abort', () => {
    for (const end of streams) end()
  })

  app.get<{ Querystring: Static<typeof EventQuery>; Headers: Static<typeof EventHeaders> }>(
    '/v1/opscore/event',
    guarded(guard, {
      id: 'streamEvents',
      tag: 'event',
      summary: 'Follow events live',
      description:
        'Server-sent events, in order per agent and per session, with a comment every 15 s. `Last-Event-ID` or `cursor` goes on right behind an event; with neither the stream begins with what happens next. `event: resync` says that events are missing here because the history was trimmed.',
      rule: { scope: 'read', demand: 'management' },
      query: EventQuery,
      headers: EventHeaders,
      answers: { 200: eventStream },
      errors: ['INVALID_CURSOR', 'SHUTTING_DOWN'],
    }),
    async ({ query: { cursor, sessionId, agentId, type }, headers, method }, reply) => {
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
      streams.add(end)
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
        streams.delete(end)
        controller.abort()
        await batches.return?.()
      }
    },
  )
}

const eventStream = {
  description: 'Each event is `id: <cursor>`, `event: <type>`, `data: <an OpsEvent>`',
  content: { 'text/event-stream': { schema: OpsEvent } },
}
