/** What people do to schedules, and ask of them. */
import {
  BACKFILL_MAXIMUM,
  type CreateScheduleRequest,
  type Page,
  PREVIEW_MAXIMUM,
  type ScheduleEntry,
  type SchedulePreview,
  type ScheduleRequest,
  type ScheduleView,
} from '@opscore/contract'
import { DomainError } from '../core/domain-error.ts'
import { afterFiring, entryOf, type ScheduleSpec, type ScheduleState } from '../core/schedule/state.ts'
import { createTimetable, durationOf } from '../core/schedule/timetable.ts'
import type { Definitions } from '../definitions.ts'
import type { ListRequest, ScheduleCommands } from '../engine.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Fire } from './fire.ts'
import type { KeptSchedule, ScheduleRecords } from './schedule-records.ts'
import { scheduleView } from './schedule-view.ts'

/** A restart, or a night of the machine in repair, costs no report; a week away brings no flood. */
const CATCH_UP = '1h'

export function createScheduleCommands(parts: {
  records: ScheduleRecords
  definitions: Definitions
  fire: Fire
  clock: Clock
  ids: Ids
  /** The schedule is to be looked at, by whichever process does. */
  changed: (scheduleId: string) => Promise<void>
}): ScheduleCommands {
  const { records, definitions, fire, clock, ids, changed } = parts
  const { now } = clock

  async function found(scheduleId: string): Promise<KeptSchedule> {
    const kept = await records.read(scheduleId)
    if (kept) return kept
    throw new DomainError('SCHEDULE_NOT_FOUND', `Schedule not found: ${scheduleId}`)
  }

  /** Writes what `change` makes of it, again where another process wrote in between. */
  async function update(
    scheduleId: string,
    change: (state: ScheduleState) => ScheduleState | Promise<ScheduleState>,
  ): Promise<ScheduleView> {
    for (;;) {
      const { version, state } = await found(scheduleId)
      await records.tell(scheduleId, state)
      const next = await change(state)
      if (next === state) return scheduleView(scheduleId, state)
      if (!(await records.save(scheduleId, version, next))) continue
      await changed(scheduleId)
      return scheduleView(scheduleId, next)
    }
  }

  /** @throws DomainError `INVALID_SCHEDULE`, `WORKFLOW_NOT_FOUND` */
  async function checked(scheduleId: string, asked: ScheduleRequest): Promise<ScheduleSpec> {
    const defaults = { timeZone: 'UTC', overlap: 'skip', catchUp: CATCH_UP, jitter: '0s' } as const
    const spec = { ...defaults, ...asked }
    durationOf('catchUp', spec.catchUp)
    if (createTimetable(scheduleId, spec, now()).next(now()) === null) {
      throw new DomainError('INVALID_SCHEDULE', 'This schedule has no time at all')
    }
    await definitions.byId(spec.workflowId)
    return spec
  }

  /** Of a new one, `null` where there is one with this id. */
  async function add(scheduleId: string, spec: ScheduleSpec): Promise<ScheduleView | null> {
    const at = now()
    const state: ScheduleState = {
      spec,
      incarnation: ids.uuid(),
      createdAt: at,
      updatedAt: at,
      paused: null,
      cursor: at,
      lookAt: at,
      firing: null,
      open: [],
      queued: [],
      failures: 0,
      told: [],
    }
    if (!(await records.save(scheduleId, 0, state))) return null
    await changed(scheduleId)
    return scheduleView(scheduleId, state)
  }

  const replaced = (scheduleId: string, spec: ScheduleSpec): Promise<ScheduleView> =>
    update(scheduleId, (state) =>
      isSame(state.spec, spec) ? state : { ...state, spec, updatedAt: now(), cursor: now(), lookAt: now(), told: [] },
    )

  async function begin(scheduleId: string, state: ScheduleState, nominalAt: number): Promise<ScheduleEntry> {
    const begun = await fire(scheduleId, state, nominalAt)
    const after = afterFiring({ ...state, firing: { nominalAt, cancel: [] } }, begun, now())
    await records.tell(scheduleId, after)
    if ('sessionId' in begun) return entryOf('fired', nominalAt, now(), begun)
    return entryOf('failed', nominalAt, now(), begun)
  }

  return {
    async createSchedule({ scheduleId, ...asked }: CreateScheduleRequest) {
      const spec = await checked(scheduleId, asked)
      const made = await add(scheduleId, spec)
      if (made) return { created: true, schedule: made }
      const { state } = await found(scheduleId)
      if (isSame(state.spec, spec)) return { created: false, schedule: scheduleView(scheduleId, state) }
      throw new DomainError('SCHEDULE_EXISTS', `Schedule ${scheduleId} is there, and is another; PUT replaces it`)
    },
    async putSchedule(scheduleId, asked) {
      const spec = await checked(scheduleId, asked)
      const made = await add(scheduleId, spec)
      return made ? { created: true, schedule: made } : { created: false, schedule: await replaced(scheduleId, spec) }
    },
    async deleteSchedule(scheduleId) {
      for (;;) {
        const { version } = await found(scheduleId)
        if (await records.remove(scheduleId, version)) break
      }
      await changed(scheduleId)
    },
    async schedule(scheduleId) {
      return scheduleView(scheduleId, (await found(scheduleId)).state)
    },
    async schedules(list: ListRequest): Promise<Page<ScheduleView>> {
      const { items, nextCursor } = await records.list(list)
      return { items: items.map(({ scheduleId, state }) => scheduleView(scheduleId, state)), nextCursor }
    },
    async scheduleHistory(scheduleId, list) {
      const { state } = await found(scheduleId)
      await records.tell(scheduleId, state)
      return records.history(scheduleId, state, list)
    },
    pauseSchedule: (scheduleId, reason) =>
      update(scheduleId, (state) =>
        state.paused === null ? { ...state, paused: reason, updatedAt: now(), told: [] } : state,
      ),
    resumeSchedule: (scheduleId) =>
      update(scheduleId, (state) =>
        state.paused === null
          ? state
          : { ...state, paused: null, failures: 0, updatedAt: now(), cursor: now(), lookAt: now(), told: [] },
      ),
    async runSchedule(scheduleId) {
      return begin(scheduleId, (await found(scheduleId)).state, now())
    },
    async backfillSchedule(scheduleId, { from, to }) {
      const { state } = await found(scheduleId)
      const times = timesBetween(scheduleId, state, from, Math.min(to, now()))
      const items: ScheduleEntry[] = []
      for (const nominalAt of times) items.push(await begin(scheduleId, state, nominalAt))
      return items
    },
    async previewSchedule(scheduleId, count): Promise<SchedulePreview> {
      const { state } = await found(scheduleId)
      const timetable = createTimetable(scheduleId, state.spec, state.createdAt)
      const times: SchedulePreview['times'] = []
      let at = timetable.next(now())
      for (; at !== null && times.length < Math.min(count, PREVIEW_MAXIMUM); at = timetable.next(at)) {
        const firesAt = new Date(timetable.firesAt(at)).toISOString()
        times.push({ nominalAt: new Date(at).toISOString(), firesAt, local: timetable.local(at) })
      }
      return { timeZone: state.spec.timeZone, times }
    },
  }
}

/** @throws DomainError `INVALID_SCHEDULE` where there are too many */
function timesBetween(scheduleId: string, { spec, createdAt }: ScheduleState, from: number, to: number): number[] {
  const timetable = createTimetable(scheduleId, spec, createdAt)
  const times: number[] = []
  for (let at = timetable.next(from - 1); at !== null && at <= to; at = timetable.next(at)) {
    times.push(at)
    if (times.length > BACKFILL_MAXIMUM) {
      const detail = `The range has more than ${BACKFILL_MAXIMUM} times; back-fill it in parts`
      throw new DomainError('INVALID_SCHEDULE', detail)
    }
  }
  return times
}

/** Whatever order the fields were sent in. */
const isSame = (one: ScheduleSpec, other: ScheduleSpec): boolean => ordered(one) === ordered(other)

const ordered = (spec: ScheduleSpec): string =>
  JSON.stringify(Object.entries(spec).sort(([one], [other]) => (one < other ? -1 : 1)))
