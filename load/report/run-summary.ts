/** What a run came to, as its report and the findings read it. */
import type { ScenarioId, Storage } from '../plan.ts'
import type { Surroundings } from '../stand/describe-surroundings.ts'
import type { LogWarning } from '../watch/log-warnings.ts'
import type { RequestFigures, Span } from './request-figures.ts'
import type { MachineFigures, ResourceFigures } from './resource-figures.ts'
import type { PlannedRun } from './run-files.ts'
import type { Series } from './series.ts'
import type { ServerTimes } from './server-times.ts'
import type { SessionFigures } from './session-figures.ts'
import type { StageFigures } from './stage-figures.ts'
import type { WhatGave } from './what-gave.ts'

/** All that is said of a run, in one JSON document. */
export interface RunSummary {
  scenario: ScenarioId
  name: string
  shows: string
  storage?: Storage
  host?: string
  surroundings: Surroundings
  planned: PlannedRun
  /** Wall clock, in seconds. What has no ramp is all peak. */
  span: { whole: Span; peak: Span }
  whole: RequestFigures[]
  peak: RequestFigures[]
  /** By Ops-Core's own clock, at the peak. */
  server: ServerTimes[]
  failures: { endpoint: string; error: string; count: number }[]
  sessions: SessionFigures
  /** At the peak; empty where the processes are not ours. */
  resources: ResourceFigures[]
  machine?: MachineFigures
  warnings: LogWarning[]
  stages: StageFigures[]
  stop?: { reason: string; broke: boolean }
  gave?: WhatGave
  series: Series
  checks: Check[]
}

/** One thing that a run is to show, and whether it did. */
export interface Check {
  what: string
  holds: boolean
  /** By which figures. */
  figures: string
}
