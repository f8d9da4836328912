import type { Values } from '../report/series.ts'
import { escapeMarkup } from './escape-markup.ts'
import { CHART_STYLE, COLOURS, colours } from './theme.ts'
import { clock, type Unit, write } from './units.ts'

export interface LineChart {
  title: string
  unit: Unit
  /** Seconds since the start. */
  t: readonly number[]
  lines: readonly { name: string; values: Values }[]
  /** Moments to point out, in seconds since the start. */
  marks?: readonly { at: number; label: string }[]
}

const WIDTH = 640
const HEIGHT = 260
const PLOT = { left: 66, right: WIDTH - 14, top: 58, bottom: HEIGHT - 26 }

/** An SVG element. `alone`: as a file, with its own colours; else it takes those of the page it stands in. */
export function lineChart(chart: LineChart, { alone = false } = {}): string {
  const { title, unit, t, lines, marks = [] } = chart
  const end = Math.max(1, ...t)
  const highest = Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)))
  const { ticks, most } = valueTicks(highest, unit)
  const x = (seconds: number) => PLOT.left + (seconds / end) * (PLOT.right - PLOT.left)
  const y = (value: number) => PLOT.bottom - (value / most) * (PLOT.bottom - PLOT.top)
  const style = alone ? `<style>${colours('svg')}${CHART_STYLE}</style>` : ''
  const back = alone ? `<rect width="${WIDTH}" height="${HEIGHT}" rx="8" fill="var(--card)"/>` : ''
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeMarkup(title)}">`,
    style,
    back,
    `<text class="title" x="14" y="22">${escapeMarkup(title)}</text>`,
    legend(lines.map(({ name }) => name)),
    ...ticks.map((value) => horizontal(y(value), write(value, unit))),
    ...timeTicks(end).map((seconds) => text(x(seconds), HEIGHT - 8, clock(seconds), 'middle')),
    ...marks.map(({ at, label }) => vertical(x(at), label)),
    ...lines.map(({ values }, index) => path(t, values, { x, y, index })),
    '</svg>',
  ].join('')
}

/** What a page needs to read values off a chart. */
export function chartData({ t, lines, unit }: LineChart): string {
  const shown = lines.map(({ name, values }) => ({
    name,
    shown: values.map((value) => (value === null ? '–' : write(value, unit))),
  }))
  const plot = { ...PLOT, width: WIDTH, height: HEIGHT }
  return escapeMarkup(JSON.stringify({ t, end: Math.max(1, ...t), plot, lines: shown }))
}

function path(
  t: readonly number[],
  values: Values,
  { x, y, index }: { x: (seconds: number) => number; y: (value: number) => number; index: number },
): string {
  const parts: string[] = []
  let open = false
  for (const [place, value] of values.entries()) {
    if (value !== null) parts.push(`${open ? 'L' : 'M'}${x(t[place] ?? 0).toFixed(1)} ${y(value).toFixed(1)}`)
    open = value !== null
  }
  return `<path class="plot" stroke="var(--series-${index % COLOURS})" d="${parts.join('')}"/>`
}

/** Names in one line; a character is about seven pixels wide. */
function legend(names: readonly string[]): string {
  let left = 14
  const shown = names.map((name, index) => {
    const mark = `<rect x="${left}" y="36" width="10" height="10" rx="2" fill="var(--series-${index % COLOURS})"/>`
    const label = `<text class="legend" x="${left + 15}" y="45">${escapeMarkup(name)}</text>`
    left += 15 + name.length * 6.6 + 16
    return mark + label
  })
  return shown.join('')
}

function horizontal(y: number, label: string): string {
  const line = `<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}"/>`
  return line + text(PLOT.left - 8, y + 4, label, 'end')
}

function vertical(x: number, label: string): string {
  const line = `<line class="mark" x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="${PLOT.top}" y2="${PLOT.bottom}"/>`
  return line + text(x + 4, PLOT.top + 10, label, 'start')
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escapeMarkup(content)}</text>`
}

/** Four steps or so that are round in the unit, from nothing to just above the highest value. */
function valueTicks(highest: number, unit: Unit): { ticks: number[]; most: number } {
  const base = unit.startsWith('bytes') ? 1024 ** Math.floor(Math.log2(Math.max(1, highest)) / 10) : 1
  const rough = Math.max(highest / base, 1e-6) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = base * ([1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough)
  const count = Math.max(1, Math.ceil(highest / step))
  return { ticks: Array.from({ length: count + 1 }, (_, index) => index * step), most: count * step }
}

function timeTicks(end: number): number[] {
  const step = [5, 10, 15, 30, 60, 120, 300, 600, 1800].find((each) => end / each <= 7) ?? 3600
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step)
}
