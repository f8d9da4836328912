import Type, { type Static } from 'typebox'
import { AgentId } from '../fleet/agent.ts'
import { nullable, stringUnion } from '../text/string-union.ts'
import { BULK_ACTIONS } from '../text/words.ts'
import { Instant } from '../time/instant.ts'
import { SessionStatus } from './session.ts'

export const BulkAction = stringUnion(BULK_ACTIONS)
export type BulkAction = Static<typeof BulkAction>

/** Sessions that one job takes at most. */
export const BULK_MAXIMUM = 10_000

/** Jobs that run in one process at once. */
export const BULK_JOBS_MAXIMUM = 8

const values = <T extends Type.TSchema>(item: T) => Type.Optional(Type.Array(item, { minItems: 1, maxItems: 50 }))

/** Closed, and never empty: a filter that was misspelt or forgotten must not choose everything. */
export const BulkFilter = Type.Object(
  {
    status: values(SessionStatus),
    workflowId: values(Type.String({ minLength: 1, maxLength: 128 })),
    agentId: values(AgentId),
    startedFrom: Type.Optional(Instant),
    startedTo: Type.Optional(Instant),
  },
  { additionalProperties: false, minProperties: 1 },
)
export type BulkFilter = Static<typeof BulkFilter>

/** Either the sessions themselves, or a filter; what it matches when the job is made is what the job takes. */
export const BulkRequest = Type.Object(
  {
    selection: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
        minItems: 1,
        maxItems: BULK_MAXIMUM,
        uniqueItems: true,
        description: "Sessions' ids",
      }),
    ),
    filter: Type.Optional(BulkFilter),
    action: BulkAction,
    reason: Type.Optional(Type.String({ maxLength: 1024, description: 'Of a cancellation or a pause' })),
    dryRun: Type.Optional(Type.Boolean({ default: false, description: 'Says what would be done, and does nothing' })),
  },
  { additionalProperties: false },
)
export type BulkRequest = Static<typeof BulkRequest>

export const BULK_OUTCOMES = ['ok', 'skipped', 'failed'] as const

const Count = Type.Integer({ minimum: 0 })

/** One action on many sessions. It goes on after a restart, and is kept for a week. */
export const BulkJob = Type.Object({
  jobId: Type.String(),
  action: BulkAction,
  dryRun: Type.Boolean(),
  status: stringUnion(['running', 'completed']),
  total: Count,
  done: Count,
  counts: Type.Object({ ok: Count, skipped: Count, failed: Count }),
  createdAt: Instant,
  endedAt: nullable(Instant),
})
export type BulkJob = Static<typeof BulkJob>

/** What became of one session; in a dry run, what would become of it. */
export const BulkItem = Type.Object({
  sessionId: Type.String(),
  outcome: stringUnion(BULK_OUTCOMES, {
    description: '`skipped`: its status needs no such action, or does not allow it',
  }),
  code: Type.Optional(Type.String()),
  detail: Type.Optional(Type.String()),
})
export type BulkItem = Static<typeof BulkItem>
