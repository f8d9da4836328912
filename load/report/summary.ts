import { SCENARIOS } from '../plan.ts'
import { checksOf } from './checks.ts'
import { figuresOf, within } from './request-figures.ts'
import { machineFigures, resourceFigures } from './resource-figures.ts'
import type { RunFiles } from './run-files.ts'
import type { RunSummary } from './run-summary.ts'
import { seriesOf } from './series.ts'
import { serverTimes } from './server-times.ts'
import { sessionFigures } from './session-figures.ts'
import { stageFigures } from './stage-figures.ts'
import { whatGave } from './what-gave.ts'

export function summarise(run: RunFiles): RunSummary {
  const { about, planned, requests, samples } = run
  const { scenario, storage, host, ...surroundings } = about
  const span = spansOf(run)
  const seen = within(samples, span.peak)
  const stages = stageFigures(run, span.whole.to)
  const gave = whatGave(stages, about.machine.processors)
  const summary: Omit<RunSummary, 'checks'> = {
    scenario,
    name: SCENARIOS[scenario].name,
    shows: SCENARIOS[scenario].shows,
    ...(storage ? { storage } : {}),
    ...(host ? { host } : {}),
    surroundings,
    planned,
    span,
    whole: figuresOf(requests, span.whole),
    peak: figuresOf(requests, span.peak),
    server: serverTimes(seen),
    failures: alike(run.failures),
    sessions: sessionFigures(run.sessions),
    resources: resourceFigures(seen),
    ...(seen.length > 0 ? { machine: machineFigures(seen, about.machine.processors) } : {}),
    warnings: run.warnings,
    stages,
    ...(run.stop ? { stop: run.stop } : {}),
    ...(gave ? { gave } : {}),
    series: seriesOf(run, span.whole.to),
  }
  return { ...summary, checks: checksOf(summary) }
}

/** Requests that were under way when the run ended are in its last seconds. */
function spansOf({ planned, requests }: RunFiles): RunSummary['span'] {
  const from = Math.floor(planned.startedAt)
  const to = Math.max(from, ...requests.map(({ t }) => t)) + 1
  const { rampSeconds = 0, peakSeconds = Infinity } = planned
  const begin = Math.ceil(planned.startedAt + rampSeconds)
  return { whole: { from, to }, peak: { from: begin, to: Math.min(to, begin + peakSeconds) } }
}

/** Ids differ from failure to failure; what failed does not. */
function alike(failures: RunFiles['failures']): RunSummary['failures'] {
  const found = new Map<string, RunSummary['failures'][number]>()
  for (const { endpoint, error } of failures) {
    const text = error.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…')
    const entry = found.get(`${endpoint} ${text}`) ?? { endpoint, error: text, count: 0 }
    entry.count += 1
    found.set(`${endpoint} ${text}`, entry)
  }
  return [...found.values()].sort((a, b) => b.count - a.count)
}
