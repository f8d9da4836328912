/**
 * What is kept of a schedule, and what is to be done about its times. Times are epoch milliseconds.
 *
 * 1. Every time up to `cursor` is settled: `firing`, queued, or told in the history.
 * 2. `firing` was decided and may have been begun: it is begun until the state says what came of it.
 * 3. `told` are the entries of the last write; they are in the history before the next one is decided.
 */
import type { ScheduleEntry, ScheduleOverlap, ScheduleRequest } from '@opscore/contract'
import type { Timetable } from './timetable.ts'

/** Times that wait behind a session, and sessions whose end is awaited, of one schedule. */
const QUEUE_MAXIMUM = 100
const OPEN_MAXIMUM = 100
/** Times that are counted, or left out, in one go. */
const COUNTED = 1_000

export type ScheduleSpec = ScheduleRequest &
  Required<Pick<ScheduleRequest, 'timeZone' | 'overlap' | 'catchUp' | 'jitter'>> & { overlap: ScheduleOverlap }

export interface OpenSession {
  sessionId: string
  nominalAt: number
}

export interface ScheduleState {
  spec: ScheduleSpec
  /** Tells it from one that had the same id before. */
  incarnation: string
  createdAt: number
  updatedAt: number
  /** Why it is paused; `null` where it is not. */
  paused: string | null
  cursor: number
  /** When it wants to be looked at; `null` for never. */
  lookAt: number | null
  firing: { nominalAt: number; cancel: string[] } | null
  open: OpenSession[]
  queued: number[]
  /** In a row. */
  failures: number
  told: ScheduleEntry[]
}

const iso = (at: number): string => new Date(at).toISOString()

export function entryOf(
  outcome: ScheduleEntry['outcome'],
  nominalAt: number | null,
  at: number,
  more: Partial<Pick<ScheduleEntry, 'sessionId' | 'code' | 'detail' | 'count'>> = {},
): ScheduleEntry {
  const nominal = nominalAt === null ? null : iso(nominalAt)
  return { outcome, nominalAt: nominal, at: iso(at), sessionId: null, code: null, detail: null, count: 1, ...more }
}

/** The state once these open sessions have ended, in the order of their times. */
export function afterEnds(
  state: ScheduleState,
  ended: ReadonlyMap<string, 'completed' | 'failed' | 'other'>,
): ScheduleState {
  let { failures } = state
  for (const { sessionId } of state.open) {
    const how = ended.get(sessionId)
    if (how === 'completed') failures = 0
    if (how === 'failed') failures += 1
  }
  return { ...state, failures, open: state.open.filter(({ sessionId }) => !ended.has(sessionId)) }
}

/**
 * The next state where there is something to decide: a pause, a time that is missed, left out, queued or fires. The same
 * state where there is nothing yet; `lookAt` then says until when.
 */
export function decideNext(state: ScheduleState, timetable: Timetable, now: number, catchUp: number): ScheduleState {
  const { spec, cursor, queued, open, failures } = state
  if (state.paused !== null || state.firing !== null) return state
  if (spec.pauseAfterFailures !== undefined && failures >= spec.pauseAfterFailures) {
    const detail = `${failures} failures in a row`
    const told = [entryOf('paused', null, now, { code: 'TOO_MANY_FAILURES', detail })]
    return { ...state, paused: detail, lookAt: null, told }
  }
  const [first] = queued
  if (first !== undefined && open.length === 0) {
    return { ...state, queued: queued.slice(1), firing: { nominalAt: first, cancel: [] }, told: [] }
  }
  const nominalAt = timetable.next(cursor)
  const due = nominalAt === null ? null : timetable.firesAt(nominalAt)
  if (nominalAt === null || due === null || due > now)
    return state.lookAt === due ? state : { ...state, lookAt: due, told: [] }
  if (due < now - catchUp) return afterMissed(state, timetable, now, catchUp)
  return afterTime(state, nominalAt, now)
}

function afterMissed(state: ScheduleState, timetable: Timetable, now: number, catchUp: number): ScheduleState {
  let last = state.cursor
  let count = 0
  for (let next = timetable.next(last); next !== null && count < COUNTED; next = timetable.next(last)) {
    if (timetable.firesAt(next) >= now - catchUp) break
    last = next
    count += 1
  }
  const detail = 'Nobody was there in time, and the catch-up window has passed'
  const told = [entryOf('missed', last, now, { code: 'CATCH_UP_PASSED', detail, count })]
  return { ...state, cursor: last, told }
}

function afterTime(state: ScheduleState, nominalAt: number, now: number): ScheduleState {
  const { spec, open, queued } = state
  const base = { ...state, cursor: nominalAt, told: [] }
  const fire = (cancel: string[]) => ({ ...base, firing: { nominalAt, cancel } })
  const skip = (code: string, detail: string) => ({
    ...base,
    told: [entryOf('skipped', nominalAt, now, { code, detail })],
  })
  if (open.length === 0 && queued.length === 0) return fire([])
  switch (spec.overlap) {
    case 'allow':
      return fire([])
    case 'cancel':
      return fire(open.map(({ sessionId }) => sessionId))
    case 'skip':
      return skip('OVERLAP', `Session ${open[0]?.sessionId} of an earlier time is open`)
    case 'queue':
      if (queued.length >= QUEUE_MAXIMUM) return skip('QUEUE_FULL', `${QUEUE_MAXIMUM} times are waiting`)
      return { ...base, queued: [...queued, nominalAt] }
  }
}

/** What began, or why nothing did. */
export type Begun = { sessionId: string } | { code: string; detail: string }

/** The state once the time that was firing is settled. */
export function afterFiring(state: ScheduleState, begun: Begun, now: number): ScheduleState {
  const nominalAt = state.firing?.nominalAt ?? state.cursor
  const base = { ...state, firing: null }
  if (!('sessionId' in begun)) {
    return { ...base, failures: state.failures + 1, told: [entryOf('failed', nominalAt, now, begun)] }
  }
  const { sessionId } = begun
  const open = [...state.open.filter((each) => each.sessionId !== sessionId), { sessionId, nominalAt }]
  return { ...base, open: open.slice(-OPEN_MAXIMUM), told: [entryOf('fired', nominalAt, now, { sessionId })] }
}
