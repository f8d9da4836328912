import type { ResourceFigures, Trend } from './resource-figures.ts'
import type { Check, RunSummary } from './run-summary.ts'

/** Milliseconds. */
const STATE_P99 = 50
/** Seconds from which on memory is expected to stand still. */
const LONG = 600

/** What the plan asks of this scenario. A stress test has nothing to pass: it is to find something. */
export function checksOf(summary: Omit<RunSummary, 'checks'>): Check[] {
  const { scenario, whole, peak, warnings, sessions, resources, machine, span } = summary
  const all = whole.find(({ endpoint }) => endpoint === 'all')
  const during = warnings.filter(({ phase }) => phase === 'load').reduce((sum, { count }) => sum + count, 0)
  const checks: Check[] = [
    {
      what: 'No request failed',
      holds: (all?.failed ?? 0) === 0,
      figures: `${all?.failed ?? 0} of ${all?.count ?? 0}`,
    },
    { what: 'No log has a warning or an error while there was load', holds: during === 0, figures: `${during} lines` },
  ]
  if (sessions.started > 0 && Object.keys(sessions.statuses).length > 0) {
    const { completed = 0 } = sessions.statuses
    checks.push({
      what: 'Every session that was acknowledged ended well',
      holds: completed === sessions.started,
      figures: `${completed} of ${sessions.started} completed`,
    })
  }
  if (scenario === '1') {
    const p99 = peak.find(({ endpoint }) => endpoint === 'POST /v1/opscore/agent/[id]/state')?.p99 ?? Infinity
    const what = `A report's p99 is under ${STATE_P99} ms at the peak`
    checks.push({ what, holds: p99 < STATE_P99, figures: `${p99} ms` })
  }
  const opsCore = resources.find(({ process }) => process === 'opscore')
  const isLong = span.peak.to - span.peak.from >= LONG
  if (scenario === '3' && isLong && opsCore && machine?.heap) checks.push(...steadiness(opsCore, machine.heap))
  return checks
}

/**
 * What the heap holds once rubbish is collected tells whether something is kept for ever; resident memory moves with when
 * that happens. A rise that is no more than twice what single values are off the line is none.
 */
function steadiness({ memory, descriptors, sockets }: ResourceFigures, heap: Trend): Check[] {
  const flat = ({ rise, noise }: Trend, least: number) => rise <= Math.max(2 * noise, least)
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1)
  return [
    {
      what: "What Ops-Core's heap holds stood still over the peak",
      holds: flat(heap, 2 * 2 ** 20),
      figures: `${mib(heap.first)} MiB in the first quarter, ${mib(heap.last)} MiB in the last; ${mib(heap.rise)} MiB by the fitted line, ± ${mib(heap.noise)} MiB of noise (resident: ${mib(memory.first)} and ${mib(memory.last)} MiB)`,
    },
    {
      what: 'Its file descriptors and sockets stood still',
      holds: flat(descriptors, 1) && flat(sockets, 1),
      figures: `${descriptors.first} to ${descriptors.last} descriptors, of which ${sockets.first} to ${sockets.last} sockets`,
    },
  ]
}
