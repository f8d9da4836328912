import type { RunSummary } from '../report/run-summary.ts'
import type { Values } from '../report/series.ts'
import { joinAgents, NAMES } from '../report/what-gave.ts'
import type { LineChart } from './line-chart.ts'

/** The charts of a run, each under the name of its file. What was not seen has none. */
export function chartsOf({ series, span, stages, stop }: RunSummary): Record<string, LineChart> {
  const { t } = series
  const start = span.whole.from
  const peak = span.peak.from > start ? [{ at: span.peak.from - start, label: 'peak' }] : []
  const broke = stop?.broke ? [{ at: span.whole.to - start, label: '' }] : []
  const marks = stages.length > 0 ? broke : peak
  const chart = (title: string, unit: LineChart['unit'], lines: Record<string, Values>): LineChart => ({
    title,
    unit,
    t,
    lines: Object.entries(lines)
      .filter(([, values]) => values.some((value) => value !== null))
      .map(([name, values]) => ({ name, values })),
    marks,
  })
  const all: Record<string, LineChart> = {
    users: chart('Users', 'count', { users: series.users }),
    rates: chart('Requests a second', 'per second', named(series.rates, shortEndpoint)),
    times: chart('Response time, as users see it', 'ms', {
      p99: series.times.p99,
      p95: series.times.p95,
      median: series.times.median,
    }),
    cpu: chart('Processors in use', 'cores', { 'whole machine': series.machine, ...named(joined(series.cpu), nameOf) }),
    memory: chart('Resident memory', 'bytes', named(joined(series.memory), nameOf)),
    delay: chart("Ops-Core's event-loop delay", 'ms', { longest: series.delay.longest, p99: series.delay.p99 }),
    network: chart('Bytes in and out', 'bytes per second', series.network),
    descriptors: chart("Ops-Core's file descriptors", 'count', { descriptors: series.descriptors }),
    sessions: chart('Sessions that have not ended', 'count', { open: series.openSessions }),
    failed: chart('Failed requests a second', 'per second', { failed: series.failed }),
  }
  const something = ({ lines }: LineChart) => lines.length > 0
  const anyFailed = series.failed.some((value) => value)
  const anySession = series.openSessions.some((value) => value)
  return Object.fromEntries(
    Object.entries(all).filter(
      ([name, each]) => something(each) && (name !== 'failed' || anyFailed) && (name !== 'sessions' || anySession),
    ),
  )
}

/** `POST state`, of `POST /v1/opscore/agent/[id]/state`. */
function shortEndpoint(endpoint: string): string {
  const [method = '', path = ''] = endpoint.split(' ')
  return path === '' ? method : `${method} ${path.split('/').at(-1)}`
}

const nameOf = (process: string): string => NAMES[process] ?? process

function named(lines: Readonly<Record<string, Values>>, name: (key: string) => string): Record<string, Values> {
  return Object.fromEntries(Object.entries(lines).map(([key, values]) => [name(key), values]))
}

/** The simulated agents are one line. */
function joined(lines: Readonly<Record<string, Values>>): Record<string, Values> {
  const names = Object.keys(lines)
  const length = Math.max(0, ...names.map((name) => lines[name]?.length ?? 0))
  const moments = Array.from({ length }, (_, place) =>
    joinAgents(
      Object.fromEntries(
        names.flatMap((name) => {
          const value = lines[name]?.[place]
          return value === null || value === undefined ? [] : [[name, value]]
        }),
      ),
    ),
  )
  const keys = [...new Set(moments.flatMap((moment) => Object.keys(moment)))]
  return Object.fromEntries(keys.map((key) => [key, moments.map((moment) => moment[key] ?? null)]))
}
