import Type, { type Static } from 'typebox'
import { AgentId } from './fleet/agent.ts'
import { nullable, stringUnion } from './text/string-union.ts'
import { SCHEDULE_OVERLAPS } from './text/words.ts'
import { Instant } from './time/instant.ts'
import { Duration } from './workflow.ts'

export const SCHEDULE_ID_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'

/** Times that one back-fill starts at most. */
export const BACKFILL_MAXIMUM = 100

/** Times that a preview shows at most. */
export const PREVIEW_MAXIMUM = 100

export const ScheduleOverlap = stringUnion(SCHEDULE_OVERLAPS, {
  description:
    'What happens when a time comes while a session of an earlier one is open. `skip`: the time is left out; `queue`: it waits until that has ended; `cancel`: that is cancelled; `allow`: both run',
})
export type ScheduleOverlap = Static<typeof ScheduleOverlap>

const asked = {
  workflowId: Type.String({ minLength: 1, maxLength: 128, description: 'A stored workflow' }),
  agentId: AgentId,
  input: Type.Optional(
    nullable(Type.Record(Type.String(), Type.Unknown(), { description: "The session's initial payload" })),
  ),
  cron: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description: 'Five fields: minute, hour, day of the month, month, day of the week',
      examples: ['0 6 * * MON-FRI'],
    }),
  ),
  interval: Type.Optional(Duration),
  timeZone: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      default: 'UTC',
      description: 'An IANA zone',
      examples: ['Europe/Berlin'],
    }),
  ),
  exceptDates: Type.Optional(
    Type.Array(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', examples: ['2026-12-25'] }), {
      maxItems: 1_000,
      description: 'Days of the zone that are left out',
    }),
  ),
  overlap: Type.Optional(ScheduleOverlap),
  catchUp: Type.Optional(Duration),
  jitter: Type.Optional(Duration),
  pauseAfterFailures: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000, description: 'Pauses after as many failures in a row' }),
  ),
}

/** Exactly one of `cron` and `interval` is given. Closed, so that a misspelt field is not taken for its default. */
export const ScheduleRequest = Type.Object(asked, { additionalProperties: false })
export type ScheduleRequest = Static<typeof ScheduleRequest>

export const CreateScheduleRequest = Type.Object(
  { scheduleId: Type.String({ pattern: SCHEDULE_ID_PATTERN }), ...asked },
  { additionalProperties: false },
)
export type CreateScheduleRequest = Static<typeof CreateScheduleRequest>

export const SCHEDULE_OUTCOMES = ['fired', 'skipped', 'missed', 'failed', 'paused'] as const

/** What became of a time, or of several that were missed together. */
export const ScheduleEntry = Type.Object({
  outcome: stringUnion(SCHEDULE_OUTCOMES),
  nominalAt: Type.Union([Instant, Type.Null()], {
    description: 'The time itself; of several that were missed, the last',
  }),
  at: Instant,
  sessionId: nullable(Type.String()),
  code: nullable(Type.String()),
  detail: nullable(Type.String()),
  count: Type.Integer({ minimum: 1, description: 'Times that it is about' }),
})
export type ScheduleEntry = Static<typeof ScheduleEntry>

export const ScheduleView = Type.Object({
  scheduleId: Type.String(),
  ...asked,
  timeZone: Type.String(),
  overlap: ScheduleOverlap,
  catchUp: Duration,
  jitter: Duration,
  status: stringUnion(['active', 'paused']),
  pausedReason: nullable(Type.String()),
  /** The next time, without its jitter; `null` where it is paused. */
  nextAt: nullable(Instant),
  openSessions: Type.Array(Type.String()),
  queued: Type.Integer({ minimum: 0 }),
  failures: Type.Integer({ minimum: 0, description: 'In a row' }),
  createdAt: Instant,
  updatedAt: Instant,
})
export type ScheduleView = Static<typeof ScheduleView>

export const ScheduleTime = Type.Object({
  nominalAt: Instant,
  firesAt: Instant,
  local: Type.String({ description: 'On the clock of the zone, with its offset' }),
})
export type ScheduleTime = Static<typeof ScheduleTime>

export const SchedulePreview = Type.Object({ timeZone: Type.String(), times: Type.Array(ScheduleTime) })
export type SchedulePreview = Static<typeof SchedulePreview>

export const BackfillRequest = Type.Object({ from: Instant, to: Instant }, { additionalProperties: false })
export type BackfillRequest = Static<typeof BackfillRequest>

export const BackfillAnswer = Type.Object({ items: Type.Array(ScheduleEntry) })
export type BackfillAnswer = Static<typeof BackfillAnswer>
