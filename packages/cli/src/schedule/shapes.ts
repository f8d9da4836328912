/** How the command line shows schedules. */
import type { ScheduleEntry, ScheduleTime, ScheduleView } from '@opscore/contract'
import type { Shape } from '../steering/print.ts'

export const SCHEDULE_ROW: Shape<ScheduleView> = {
  name: ({ scheduleId }) => scheduleId,
  columns: {
    SCHEDULE: ({ scheduleId }) => scheduleId,
    WORKFLOW: ({ workflowId }) => workflowId,
    AGENT: ({ agentId }) => agentId,
    TIMES: ({ cron, interval }) => cron ?? `every ${interval}`,
    ZONE: ({ timeZone }) => timeZone,
    STATUS: ({ status }) => status,
    NEXT: ({ nextAt }) => nextAt,
  },
}

export const SCHEDULE: Shape<ScheduleView> = {
  name: SCHEDULE_ROW.name,
  columns: {
    ...SCHEDULE_ROW.columns,
    'PAUSED FOR': ({ pausedReason }) => pausedReason,
    OVERLAP: ({ overlap }) => overlap,
    'CATCH UP': ({ catchUp }) => catchUp,
    JITTER: ({ jitter }) => jitter,
    EXCEPT: ({ exceptDates }) => exceptDates?.join(',') ?? null,
    OPEN: ({ openSessions }) => openSessions.join(',') || null,
    QUEUED: ({ queued }) => queued,
    FAILURES: ({ failures }) => failures,
  },
}

export const SCHEDULE_ENTRY: Shape<ScheduleEntry> = {
  name: ({ sessionId, nominalAt, at }) => sessionId ?? nominalAt ?? at,
  columns: {
    TIME: ({ nominalAt }) => nominalAt,
    OUTCOME: ({ outcome }) => outcome,
    COUNT: ({ count }) => count,
    SESSION: ({ sessionId }) => sessionId,
    CODE: ({ code }) => code,
    DETAIL: ({ detail }) => detail,
  },
}

export const SCHEDULE_TIME: Shape<ScheduleTime> = {
  name: ({ nominalAt }) => nominalAt,
  columns: {
    LOCAL: ({ local }) => local,
    TIME: ({ nominalAt }) => nominalAt,
    BEGINS: ({ firesAt }) => firesAt,
  },
}
