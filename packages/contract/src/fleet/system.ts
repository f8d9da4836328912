import Type, { type Static } from 'typebox'
import { Json } from '../text/json.ts'
import { nullable, stringUnion } from '../text/string-union.ts'
import { Instant } from '../time/instant.ts'

const Count = Type.Integer({ minimum: 0 })

/** One process of those that work on the same store. */
export const ProcessView = Type.Object({
  processId: Type.String(),
  role: stringUnion(['all', 'api', 'worker']),
  version: Type.String(),
  startedAt: Instant,
  seenAt: Instant,
  self: Type.Boolean({ description: 'It is the one that answers' }),
})
export type ProcessView = Static<typeof ProcessView>

/** How Ops-Core itself is. */
export const SystemView = Type.Object({
  version: Type.String(),
  node: Type.String(),
  startedAt: Instant,
  role: stringUnion(['all', 'api', 'worker']),
  store: Type.Object({
    type: stringUnion(['sqlite', 'redis', 'memory']),
    partitions: Count,
    events: nullable(Type.Integer({ description: 'Positions that the log has reached, of all partitions together' })),
    trimmed: nullable(Type.Integer({ description: 'The highest of them that have been trimmed, together' })),
  }),
  processes: Type.Array(ProcessView, { description: 'Those that were seen within 30 seconds' }),
  queues: Type.Object(
    {
      openSessions: nullable(Count),
      effects: nullable(
        Type.Integer({ description: 'What commits asked for and is not carried out yet; at most 1,000 are counted' }),
      ),
      eventStreams: Type.Integer({ description: 'Open at this process' }),
    },
    { description: 'null where the store cannot say it now' },
  ),
  limits: Type.Object({
    rateLimit: nullable(Type.Number({ description: 'Management requests a second for each key; null: off' })),
    eventStreams: Count,
    bulkSessions: Count,
    bulkJobs: Count,
  }),
  configuration: Type.Record(Type.String(), Json, {
    description: 'By variable, as this process reads it. Secrets are left out; `true` says that one is set',
  }),
  health: Type.Object({
    status: stringUnion(['ok', 'unwell']),
    since: Type.Optional(Instant),
    detail: Type.Optional(Type.String()),
  }),
})
export type SystemView = Static<typeof SystemView>
