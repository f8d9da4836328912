import { chartsOf } from '../page/charts.ts'
import { requestTable, resourceTable, stageTable, type Table } from '../page/tables.ts'
import { clock, short, write } from '../page/units.ts'
import { ALL, type RequestFigures } from '../report/request-figures.ts'
import type { RunSummary } from '../report/run-summary.ts'
import { keyOf } from './choose-runs.ts'
import { boundsOf, recommendations } from './conclusions.ts'

/** The charts that the findings show of each run, by their names in `chartsOf`. */
export const SHOWN = ['rates', 'times', 'cpu', 'memory', 'delay', 'failed']

/** What the original wrote down of its own runs. Its scenarios 3 and 4 never ran. */
const ORIGINAL: Table = {
  heads: ['scenario', 'requests a second', 'failed', 'average', 'p95', 'p99', 'longest'],
  rows: [
    ['1', '57', '13 dropped (0.02 %)', '39 ms', '150 ms', '540 ms', '1,000 ms'],
    ['1, an earlier run', '', '40 dropped', '94 ms', '', '1,200 ms', ''],
    ['2', '', '100 %', '', '', '', ''],
  ],
}

/** docs/load_testing_findings.md. `notes` is what no figure says: docs/load/notes.md. */
export function findingsDocument(runs: readonly RunSummary[], notes: string): string {
  const sections = [
    head(runs),
    '## Summary',
    markdown(summaryTable(runs)),
    'At the peak, as users see it; a stress test has no peak, so its row is the whole of it. Registrations are counted among the requests.',
    "Beside it, what the Python original's own record says:",
    markdown(ORIGINAL),
    notes.trim(),
    '## Limits, and what bounds them',
    boundsOf(runs),
    '## Recommendations',
    recommendations(runs)
      .map((each) => `- ${each}`)
      .join('\n'),
    ...runs.flatMap(sectionOf),
  ]
  return `${sections.filter((each) => each !== '').join('\n\n')}\n`
}

function head(runs: readonly RunSummary[]): string {
  const surroundings = runs.map((run) => run.surroundings)
  const [first] = surroundings
  if (!first) throw new Error('There is no run of full length to write of')
  const { machine, versions } = first
  const dates = [...new Set(surroundings.map(({ date }) => date.slice(0, 10)))].sort()
  const commits = [
    ...new Set(surroundings.map(({ commit, changed }) => `${commit.slice(0, 12)}${changed ? ' (with changes)' : ''}`)),
  ]
  return [
    '# Load-testing findings',
    '',
    'Written by `npm run load -- findings` from the runs of the [load plan](design/load-plan.md); [Load testing](load-testing.md) says how to run',
    'it. Each run is one Ops-Core process with its defaults, Locust and everything else on the same machine; limits are lifted in scenario 4 alone.',
    '',
    `${dates.join(', ')}, commit ${commits.join(', ')}. ${machine.processors} processors (${machine.processor}), ${write(machine.memory, 'bytes')}, ${machine.system}; Node ${versions.node}, Redis ${versions.redis} (\`appendfsync everysec\`).`,
  ].join('\n')
}

function summaryTable(runs: readonly RunSummary[]): Table {
  return {
    heads: [
      'scenario',
      'store',
      'users',
      'minutes',
      'requests',
      'failed',
      'a second',
      'average',
      'p95',
      'p99',
      'sessions completed',
      'warnings',
    ],
    rows: runs.map((run) => {
      const [whole, peak] = [allOf(run.whole), allOf(run.peak)]
      const users =
        run.planned.users?.join(' → ') ??
        run.stages
          .map((stage) => stage.users)
          .filter((_, place, all) => [0, all.length - 1].includes(place))
          .join(' → ')
      const warned = run.warnings.filter(({ phase }) => phase === 'load').reduce((sum, { count }) => sum + count, 0)
      const { started, statuses } = run.sessions
      return [
        `[${run.scenario}, ${run.name}](#${anchor(run)})`,
        storeOf(run),
        users,
        clock(run.span.whole.to - run.span.whole.from),
        count(whole.count),
        count(whole.failed),
        short(peak.perSecond),
        ...[peak.average, peak.p95, peak.p99].map((value) => write(value, 'ms')),
        started === 0 ? '' : `${count(statuses.completed ?? 0)} of ${count(started)}`,
        count(warned),
      ]
    }),
  }
}

function sectionOf(run: RunSummary): string[] {
  const charts = chartsOf(run)
  const images = SHOWN.filter((name) => charts[name]).map(
    (name) => `![${charts[name]?.title}](load/${keyOf(run)}-${name}.svg)`,
  )
  const { machine, sessions, stop } = run
  const used = machine
    ? `Of ${machine.processors} processors ${machine.used.toFixed(2)} were in use on average: ${machine.own.toFixed(2)} by this run, ${machine.others.toFixed(2)} by what else ran on the machine.`
    : ''
  const took = sessions.duration
    ? `Sessions took ${write(sessions.duration.median, 'ms')} at the median, ${write(sessions.duration.p99, 'ms')} at p99, ${write(sessions.duration.longest, 'ms')} at most; each waits for two simulated agents that work 100 to 300 ms.`
    : ''
  return [
    `## ${titleOf(run)}`,
    `Shows ${run.shows}. ${used} ${took}`.trim(),
    run.checks.map(({ what, holds, figures }) => `- ${holds ? '✓' : '✗'} ${what}: ${figures}`).join('\n'),
    stop ? `${stop.broke ? 'It broke' : 'It did not break'}: ${stop.reason}.` : '',
    run.stages.length > 0 ? markdown(stageTable(run)) : '',
    markdown(requestTable(run.peak)),
    images.join('\n'),
    markdown(resourceTable(run)),
    warnings(run),
  ]
}

/** What was said under load, or by us at any time; Redis says a good deal while it starts and stops. */
function warnings({ warnings: all }: RunSummary): string {
  return all
    .filter(({ phase, process }) => phase === 'load' || process !== 'redis')
    .map(({ process, phase, count: lines, message }) => `- ${process}, ${phase}: ${lines} × “${message}”`)
    .join('\n')
}

const titleOf = (run: RunSummary): string => `Scenario ${run.scenario}: ${run.name}, on ${storeOf(run)}`

const storeOf = ({ storage }: RunSummary): string => (storage === 'redis' ? 'Redis' : 'SQLite')

/** As pages that show Markdown make it of a heading. */
const anchor = (run: RunSummary): string =>
  titleOf(run)
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-')

function allOf(rows: readonly RequestFigures[]): RequestFigures {
  const all = rows.find(({ endpoint }) => endpoint === ALL)
  if (!all) throw new Error('A run has no figures')
  return all
}

const count = (value: number): string => value.toLocaleString('en-US')

function markdown({ heads, rows }: Table): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(heads), `|${heads.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}
