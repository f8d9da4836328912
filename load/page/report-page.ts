import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunSummary } from '../report/run-summary.ts'
import { chartsOf } from './charts.ts'
import { escapeMarkup } from './escape-markup.ts'
import { chartData, lineChart } from './line-chart.ts'
import { requestTable, resourceTable, serverTable, stageTable, type Table, warningTable } from './tables.ts'
import { CHART_STYLE, colours } from './theme.ts'
import { clock, write } from './units.ts'

const FILE = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')

/** One HTML document that needs nothing else: no script, style, font or image comes from elsewhere. */
export function reportPage(summary: RunSummary): string {
  const title = `Load plan, scenario ${summary.scenario}: ${summary.name}`
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeMarkup(title)}</title><style>${colours(':root')}${FILE('report-page.css')}${CHART_STYLE}</style></head><body><main>`,
    header(summary, title),
    tiles(summary),
    outcome(summary),
    charts(summary),
    ...tables(summary),
    footer(summary),
    `</main><script>${FILE('read-values.js')}</script></body></html>\n`,
  ].join('\n')
}

function header({ shows, storage, host, planned, span }: RunSummary, title: string): string {
  const { users, scale, timeScale, thinkScale } = planned
  const scales = [
    [scale, 'users'],
    [timeScale, 'lengths'],
    [thinkScale, 'think times'],
  ].filter(([factor]) => factor !== 1)
  const facts = [
    `shows ${shows}`,
    host ? `against ${host}` : `on ${storage === 'redis' ? 'Redis' : 'SQLite'}`,
    users ? `${users[0]} to ${users[1]} users` : 'ever more users',
    `${clock(span.whole.to - span.whole.from)} minutes`,
    ...scales.map(([factor, what]) => `${what} × ${factor}`),
  ]
  return `<header><h1>${escapeMarkup(title)}</h1><p>${facts.map(escapeMarkup).join(' · ')}</p></header>`
}

function tiles({ whole, peak, stages, gave }: RunSummary): string {
  const [all, top] = [whole, peak].map((rows) => rows.find(({ endpoint }) => endpoint === 'all'))
  if (!all || !top) return ''
  const shown: [string, string][] = [
    ['requests', all.count.toLocaleString('en-US')],
    ['failed', all.failed.toLocaleString('en-US')],
    stages.length > 0
      ? ['most a second', write(gave?.best.perSecond ?? 0, 'count')]
      : ['a second at the peak', write(top.perSecond, 'count')],
    ['median', write(top.median, 'ms')],
    ['p95', write(top.p95, 'ms')],
    ['p99', write(top.p99, 'ms')],
  ]
  const tile = ([name, value]: [string, string]) => `<div><dt>${name}</dt><dd>${escapeMarkup(value)}</dd></div>`
  return `<dl class="tiles">${shown.map(tile).join('')}</dl>`
}

function outcome({ checks, stop, gave, sessions, failures }: RunSummary): string {
  const check = ({ what, holds, figures }: RunSummary['checks'][number]) =>
    `<li class="${holds ? 'good' : 'bad'}"><b>${holds ? 'holds' : 'does not hold'}</b><div>${escapeMarkup(what)} <span>· ${escapeMarkup(figures)}</span></div></li>`
  const { duration, started } = sessions
  const took = duration
    ? `<p>${started.toLocaleString('en-US')} sessions: median ${write(duration.median, 'ms')}, p95 ${write(duration.p95, 'ms')}, p99 ${write(duration.p99, 'ms')}, longest ${write(duration.longest, 'ms')} from start to end.</p>`
    : ''
  const reason = stop
    ? `<p><b>${stop.broke ? 'It broke' : 'It did not break'}:</b> ${escapeMarkup(stop.reason)}.</p>`
    : ''
  const failed = failures.map(
    ({ endpoint, error, count }) =>
      `<li>${count} × ${escapeMarkup(endpoint)}: ${escapeMarkup(error.slice(0, 300))}</li>`,
  )
  return [
    '<section class="card"><h2>Outcome</h2>',
    `<ul class="checks">${checks.map(check).join('')}</ul>`,
    reason,
    gave ? `<p>${escapeMarkup(gave.text)}</p>` : '',
    took,
    failed.length > 0 ? `<h3>What failed</h3><ul>${failed.join('')}</ul>` : '',
    '</section>',
  ].join('')
}

function charts(summary: RunSummary): string {
  const figures = Object.values(chartsOf(summary)).map(
    (chart) => `<figure class="card" data-chart="${chartData(chart)}">${lineChart(chart)}<output></output></figure>`,
  )
  return `<section class="charts">${figures.join('\n')}</section>`
}

function tables(summary: RunSummary): string[] {
  const { stages, machine } = summary
  const shared = machine
    ? `Of ${machine.processors} processors ${machine.used.toFixed(2)} were in use on average: ${machine.own.toFixed(2)} by this run, ${machine.others.toFixed(2)} by what else ran on the machine. In and out are what went through system calls: sockets, and files where a process has some.`
    : ''
  const whole = stages.length > 0 ? '' : table('Requests over the whole run', requestTable(summary.whole))
  return [
    stages.length > 0 ? table('Steps', stageTable(summary)) : '',
    table(stages.length > 0 ? 'Requests' : 'Requests at the peak', requestTable(summary.peak)),
    whole,
    table("By Ops-Core's own clock", serverTable(summary)),
    table('Processes', resourceTable(summary), shared),
    table('Warnings and errors in the logs', warningTable(summary)),
  ]
}

function table(title: string, { heads, rows }: Table, note = ''): string {
  if (rows.length === 0) return ''
  const cells = (values: readonly string[], tag: 'th' | 'td') =>
    `<tr>${values.map((value) => `<${tag}>${escapeMarkup(value)}</${tag}>`).join('')}</tr>`
  const body = rows.map((row) => cells(row, 'td')).join('')
  const text = note === '' ? '' : `<p>${escapeMarkup(note)}</p>`
  return `<section class="card"><h2>${escapeMarkup(title)}</h2>${text}<div class="scroll" tabindex="0"><table><thead>${cells(heads, 'th')}</thead><tbody>${body}</tbody></table></div></section>`
}

function footer({ surroundings }: RunSummary): string {
  const { date, commit, changed, machine, versions } = surroundings
  const { processor, processors, memory, system } = machine
  const facts = [
    date,
    `commit ${commit.slice(0, 12)}${changed ? ' with changes' : ''}`,
    `${processors} × ${processor}, ${write(memory, 'bytes')}`,
    system,
    ...Object.entries(versions).map(([name, version]) => `${name} ${version}`),
  ]
  return `<footer>${facts.map(escapeMarkup).join(' · ')}</footer>`
}
