/** Brings one schedule up to the present: settles every time that has come, one after the other, each by a write of its own. */
import { afterEnds, afterFiring, type Begun, decideNext, type ScheduleState } from '../core/schedule/state.ts'
import { createTimetable, durationOf } from '../core/schedule/timetable.ts'
import type { Clock } from '../ports/clock.ts'
import type { Store } from '../ports/store.ts'
import type { Fire } from './fire.ts'
import type { KeptSchedule, ScheduleRecords } from './schedule-records.ts'

/** Whose end somebody waits for. */
export interface AwaitedEnds {
  await(sessionId: string, scheduleId: string): void
  forget(sessionId: string): void
}

export interface LookParts {
  store: Store
  records: ScheduleRecords
  fire: Fire
  clock: Clock
  ends: AwaitedEnds
}

/** When to look again; `null` for when something changes. */
export function createLook({
  store,
  records,
  fire,
  clock,
  ends,
}: LookParts): (scheduleId: string) => Promise<number | null> {
  const { now } = clock

  /** Before it is asked, so that none ends in between unheard. */
  async function settled(scheduleId: string, state: ScheduleState): Promise<ScheduleState> {
    const ended = new Map<string, 'completed' | 'failed' | 'other'>()
    for (const { sessionId } of state.open) {
      if (state.spec.overlap === 'queue') ends.await(sessionId, scheduleId)
      const head = (await store.loadSession(sessionId))?.state.head
      const status = head?.status
      if (status === 'started' || status === 'running' || status === 'paused') continue
      ended.set(sessionId, status === 'completed' || status === 'failed' ? status : 'other')
      ends.forget(sessionId)
    }
    return ended.size === 0 ? state : afterEnds(state, ended)
  }

  /** The schedule's next state; the same where it stands as it should. */
  async function step(scheduleId: string, { state }: KeptSchedule): Promise<ScheduleState> {
    if (state.firing) {
      const begun: Begun = await fire(scheduleId, state, state.firing.nominalAt, state.firing.cancel)
      return afterFiring(state, begun, now())
    }
    if (state.paused !== null) return state
    const due = state.lookAt === null || state.lookAt <= now() || state.queued.length > 0
    const current = due ? await settled(scheduleId, state) : state
    const timetable = createTimetable(scheduleId, current.spec, current.createdAt)
    return decideNext(current, timetable, now(), durationOf('catchUp', current.spec.catchUp))
  }

  return async (scheduleId) => {
    for (;;) {
      const kept = await records.read(scheduleId)
      if (!kept) return null
      await records.tell(scheduleId, kept.state)
      const next = await step(scheduleId, kept)
      if (next === kept.state) return next.paused === null ? next.lookAt : null
      const isSaved = await records.save(scheduleId, kept.version, next)
      if (isSaved && next.queued.length > kept.state.queued.length) await records.announce(scheduleId)
    }
  }
}
