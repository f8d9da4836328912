import { percentile } from '../../bench/harness/statistics.ts'
import type { RunFiles } from './run-files.ts'

/** What became of the sessions whose start was acknowledged; durations are milliseconds. */
export interface SessionFigures {
  started: number
  /** How many have each status; `missing` is one that is not there. Empty where the server could not be asked. */
  statuses: Record<string, number>
  /** Sessions that had not ended when they were looked at last, with what some of them wait for. */
  open: number
  waitsFor: string[]
  duration?: { median: number; p95: number; p99: number; longest: number }
}

export function sessionFigures({ started, followed }: RunFiles['sessions']): SessionFigures {
  const statuses: Record<string, number> = {}
  for (const { status } of followed ?? []) statuses[status] = (statuses[status] ?? 0) + 1
  const durations = (followed ?? []).flatMap(({ duration }) => duration ?? [])
  const waitsFor = (followed ?? []).flatMap((each) => each.waitsFor ?? [])
  const open = (followed ?? []).filter(({ duration, status }) => duration === undefined && status !== 'missing').length
  if (durations.length === 0) return { started, statuses, open, waitsFor }
  const [median = 0, p95 = 0, p99 = 0, longest = 0] = [0.5, 0.95, 0.99, 1].map((share) => percentile(durations, share))
  return { started, statuses, open, waitsFor, duration: { median, p95, p99, longest } }
}
