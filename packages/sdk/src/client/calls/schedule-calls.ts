import type {
  BackfillAnswer,
  BackfillRequest,
  CreateScheduleRequest,
  Page,
  ScheduleEntry,
  SchedulePreview,
  ScheduleRequest,
  ScheduleView,
} from '@opscore/contract'
import type { CallOptions, Transport } from '../transport.ts'
import type { PageOptions } from './agent-calls.ts'

export type ScheduleCalls = ReturnType<typeof scheduleCalls>

/** Workflows that begin by the clock. */
export function scheduleCalls(transport: Transport) {
  const at = (...rest: string[]) => ['v1', 'opscore', 'schedule', ...rest]
  return {
    /** `SCHEDULE_EXISTS` where another one has this id; the same one again is left as it is. */
    create(schedule: CreateScheduleRequest, { signal }: CallOptions = {}): Promise<ScheduleView> {
      return transport.request({ method: 'POST', path: at(), body: schedule, repeatable: true, signal })
    },
    /** Makes it, or replaces it: its new times begin with the change. */
    put(scheduleId: string, schedule: ScheduleRequest, { signal }: CallOptions = {}): Promise<ScheduleView> {
      return transport.request({ method: 'PUT', path: at(scheduleId), body: schedule, signal })
    },
    /** Its sessions go on. */
    delete(scheduleId: string, { signal }: CallOptions = {}): Promise<void> {
      return transport.request({ method: 'DELETE', path: at(scheduleId), signal })
    },
    get(scheduleId: string, { signal }: CallOptions = {}): Promise<ScheduleView> {
      return transport.request({ method: 'GET', path: at(scheduleId), signal })
    },
    list({ signal, ...query }: PageOptions = {}): Promise<Page<ScheduleView>> {
      return transport.request({ method: 'GET', path: at(), query, signal })
    },
    /** What became of its times, newest first. */
    history(scheduleId: string, { signal, ...query }: PageOptions = {}): Promise<Page<ScheduleEntry>> {
      return transport.request({ method: 'GET', path: at(scheduleId, 'history'), query, signal })
    },
    /** The next times: ten, where `count` does not say otherwise. */
    preview(scheduleId: string, { signal, count }: CallOptions & { count?: number } = {}): Promise<SchedulePreview> {
      const query = count === undefined ? {} : { count }
      return transport.request({ method: 'GET', path: at(scheduleId, 'preview'), query, signal })
    },
    /** Times that come meanwhile are not made up for. */
    pause(scheduleId: string, { signal, reason }: CallOptions & { reason?: string } = {}): Promise<ScheduleView> {
      const body = reason === undefined ? {} : { reason }
      return transport.request({ method: 'POST', path: at(scheduleId, 'pause'), body, repeatable: true, signal })
    },
    resume(scheduleId: string, { signal }: CallOptions = {}): Promise<ScheduleView> {
      return transport.request({ method: 'POST', path: at(scheduleId, 'resume'), repeatable: true, signal })
    },
    /** Begins a session at once, whatever is open. Not repeated by itself, as each call begins one. */
    run(scheduleId: string, { signal }: CallOptions = {}): Promise<ScheduleEntry> {
      return transport.request({ method: 'POST', path: at(scheduleId, 'run'), signal })
    },
    /** Begins a session for each time of a range of the past that has none. */
    backfill(scheduleId: string, range: BackfillRequest, { signal }: CallOptions = {}): Promise<BackfillAnswer> {
      return transport.request({
        method: 'POST',
        path: at(scheduleId, 'backfill'),
        body: range,
        repeatable: true,
        signal,
      })
    },
  }
}
