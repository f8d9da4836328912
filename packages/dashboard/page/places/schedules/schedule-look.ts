import type { ScheduleEntry, ScheduleView } from '@opscore/contract'
import type { StatusLook } from '../../design-system/look.ts'

export const SCHEDULE_LOOKS: Record<ScheduleView['status'], StatusLook> = {
  active: { word: 'Active', shape: 'ready', tone: 'good' },
  paused: { word: 'Paused', shape: 'paused', tone: 'held' },
}

export const OUTCOME_LOOKS: Record<ScheduleEntry['outcome'], StatusLook> = {
  fired: { word: 'Began', shape: 'done', tone: 'good' },
  skipped: { word: 'Skipped', shape: 'skipped', tone: 'calm' },
  missed: { word: 'Missed', shape: 'late', tone: 'warning' },
  failed: { word: 'Failed', shape: 'failed', tone: 'bad' },
  paused: { word: 'Paused', shape: 'paused', tone: 'held' },
}

/** When it begins, as its definition says it. */
export const timesText = ({ cron, interval, timeZone }: ScheduleView): string =>
  cron === undefined ? `every ${interval}` : `${cron} in ${timeZone}`
