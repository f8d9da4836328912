import Type, { type Static } from 'typebox'
import { nullable, stringUnion } from '../text/string-union.ts'
import { ATTENTION_KINDS } from '../text/words.ts'
import { Instant } from '../time/instant.ts'

const Count = Type.Integer({ minimum: 0 })
const Counts = (description: string) => Type.Record(Type.String(), Count, { description })

/** Seconds that one number of a series stands for, and how many numbers a series has: an hour in all. */
export const SERIES_BUCKET_SECONDS = 60
export const SERIES_BUCKETS = 60

const Series = Type.Array(nullable(Type.Number({ minimum: 0 })), {
  minItems: SERIES_BUCKETS,
  maxItems: SERIES_BUCKETS,
  description: 'Oldest first; null where nothing is known of that minute, or nothing was measured in it',
})

/** How many tasks wait for one reason: a code of `explain`. */
export const WaitingReason = Type.Object({ code: Type.String(), count: Count })
export type WaitingReason = Static<typeof WaitingReason>

/** The last hour, minute by minute. */
export const OverviewSeries = Type.Object({
  bucketSeconds: Type.Integer({ const: SERIES_BUCKET_SECONDS }),
  from: Instant,
  started: Series,
  completed: Series,
  failed: Series,
  dispatched: Series,
  readyToDispatchMs: Type.Object(
    { p50: Series, p99: Series },
    { description: 'From when an attempt was ready to when its agent had it, in milliseconds, within 5 %' },
  ),
})
export type OverviewSeries = Static<typeof OverviewSeries>

/** The fleet at a glance. */
export const Overview = Type.Object({
  time: Instant,
  agents: Type.Object({
    total: Count,
    byState: Counts('By reported state, at most 50; those of rarer states are counted as `other`'),
    byLiveness: Counts('By `online`, `quiet`, `offline` and `unreachable`'),
    slots: Type.Object(
      { held: Count, total: Count },
      { description: 'Tasks that agents hold, of those they have room for' },
    ),
  }),
  sessions: Type.Object({ byStatus: Counts('By status; every status is there') }),
  waiting: Type.Object(
    { total: Count, byReason: Type.Array(WaitingReason, { description: 'The most frequent first' }) },
    { description: 'Tasks that are ready and wait for an agent, for the end of a back-off or of a pause' },
  ),
  attention: Type.Object({ total: Count, byKind: Counts('By kind; every kind is there') }),
  series: OverviewSeries,
})
export type Overview = Static<typeof Overview>

export const AttentionKind = stringUnion(ATTENTION_KINDS)
export type AttentionKind = Static<typeof AttentionKind>

/** Something that wants a person: why, since when, and what mends it. */
export const AttentionItem = Type.Object({
  id: Type.String({ description: 'The same as long as the cause lasts' }),
  kind: AttentionKind,
  since: Instant,
  subject: Type.Object({
    type: stringUnion(['agent', 'session', 'task']),
    id: Type.String(),
    name: Type.String({ description: "The agent's name, the workflow's id, or what is asked" }),
  }),
  code: Type.String({ description: 'A code of failures or of `explain`; else the agent state or its liveness' }),
  detail: Type.String(),
  action: Type.Object(
    { label: Type.String(), method: stringUnion(['GET', 'POST', 'DELETE']), path: Type.String() },
    { description: 'A request to this server that mends it, or shows what to mend' },
  ),
})
export type AttentionItem = Static<typeof AttentionItem>

/** The newest that are kept in the list; `overview` counts them all. */
export const ATTENTION_MAXIMUM = 10_000
