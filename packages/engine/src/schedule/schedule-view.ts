import type { ScheduleView } from '@opscore/contract'
import type { ScheduleState } from '../core/schedule/state.ts'
import { createTimetable } from '../core/schedule/timetable.ts'

export function scheduleView(scheduleId: string, state: ScheduleState): ScheduleView {
  const { spec, paused, cursor, open, queued, failures, createdAt, updatedAt } = state
  const next = paused === null ? createTimetable(scheduleId, spec, createdAt).next(cursor) : null
  return {
    scheduleId,
    ...spec,
    status: paused === null ? 'active' : 'paused',
    pausedReason: paused,
    nextAt: next === null ? null : new Date(next).toISOString(),
    openSessions: open.map(({ sessionId }) => sessionId),
    queued: queued.length,
    failures,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  }
}
