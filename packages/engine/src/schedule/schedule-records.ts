/**
 * Where schedules are kept. They are records, not aggregates: a schedule has no part in a commit of sessions, and what began is
 * told by the session's own events.
 */
import type { Json, Page, ScheduleEntry } from '@opscore/contract'
import type { ScheduleState } from '../core/schedule/state.ts'
import type { ListRequest } from '../engine.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import { dropRecord, FOREVER } from '../ports/record-store.ts'
import type { Store } from '../ports/store.ts'
import { allPages } from '../query/all-pages.ts'

const HISTORY_KEPT = 30 * 24 * 3_600_000
/** How long word of a change is kept; each process looks for it far more often. In milliseconds. */
const CHANGE_KEPT = 120_000

export interface KeptSchedule {
  version: number
  state: ScheduleState
}

export type ScheduleRecords = ReturnType<typeof createScheduleRecords>

export function createScheduleRecords({ store, clock, ids }: { store: Store; clock: Clock; ids: Ids }) {
  const { now } = clock

  /** Entries of one save have one key each, so writing them twice writes them once. */
  async function tell(scheduleId: string, { incarnation, told }: ScheduleState): Promise<void> {
    for (const entry of told) {
      await store.putRecord({
        kind: 'schedule-history',
        id: `${scheduleId}/${incarnation}/${newestFirst(entry)}`,
        expectedVersion: 0,
        value: { ...entry },
        expiresAt: now() + HISTORY_KEPT,
        now: now(),
      })
    }
  }

  async function save(scheduleId: string, known: number, state: ScheduleState): Promise<boolean> {
    const record = { kind: 'schedule', id: scheduleId, expectedVersion: known, expiresAt: FOREVER, now: now() } as const
    // Plain data.
    if (!(await store.putRecord({ ...record, value: state as unknown as Json }))) return false
    await tell(scheduleId, state)
    return true
  }

  return {
    save,
    tell,
    async read(scheduleId: string): Promise<KeptSchedule | null> {
      const found = await store.getRecord('schedule', scheduleId, now())
      // Written by `save`.
      return found && { version: found.version, state: found.value as unknown as ScheduleState }
    },
    /** Whether it was there at that version. */
    remove: (scheduleId: string, known: number): Promise<boolean> =>
      dropRecord(store, { kind: 'schedule', id: scheduleId, expectedVersion: known, now: now() }),
    async list(request: ListRequest): Promise<Page<{ scheduleId: string; state: ScheduleState }>> {
      const { items, next } = await store.listRecords('schedule', now(), request)
      const read = items.map(({ id, value }) => ({ scheduleId: id, state: value as unknown as ScheduleState }))
      return { items: read, nextCursor: next }
    },
    async *all(): AsyncGenerator<{ scheduleId: string; state: ScheduleState }> {
      for await (const page of allPages((request) => store.listRecords('schedule', now(), request))) {
        for (const { id, value } of page) yield { scheduleId: id, state: value as unknown as ScheduleState }
      }
    },
    /** Newest first. */
    async history(
      scheduleId: string,
      { incarnation }: ScheduleState,
      { limit, after }: ListRequest,
    ): Promise<Page<ScheduleEntry>> {
      const prefix = `${scheduleId}/${incarnation}/`
      const page = await store.listRecords('schedule-history', now(), { limit, after: after ?? prefix })
      const ours = page.items.filter(({ id }) => id.startsWith(prefix))
      const items = ours.map(({ value }) => value as unknown as ScheduleEntry)
      return { items, nextCursor: ours.length === page.items.length ? page.next : null }
    },
    /** Leaves word to other processes that a schedule is to be looked at. */
    async announce(scheduleId: string): Promise<void> {
      if (!store.shared) return
      await store.putRecord({
        kind: 'schedule-change',
        id: `${padded(now())}/${ids.uuid()}`,
        expectedVersion: 0,
        value: scheduleId,
        expiresAt: now() + CHANGE_KEPT,
        now: now(),
      })
    },
    /** Word that was left at or after a moment. */
    async changes(since: number): Promise<{ id: string; scheduleId: string }[]> {
      const found: { id: string; scheduleId: string }[] = []
      const read = (request: { limit: number; after?: string }) =>
        store.listRecords('schedule-change', now(), { after: padded(since), ...request })
      for await (const page of allPages(read)) {
        for (const { id, value } of page) if (typeof value === 'string') found.push({ id, scheduleId: value })
      }
      return found
    },
  }
}

const padded = (time: number): string => String(Math.max(0, time)).padStart(16, '0')

/** Records are listed in order of id. */
function newestFirst({ at, nominalAt, outcome }: ScheduleEntry): string {
  const since = FOREVER - Date.parse(nominalAt ?? at)
  return `${padded(since)}.${outcome}`
}
