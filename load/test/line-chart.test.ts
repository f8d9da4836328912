import { expect, test } from 'vitest'
import { type LineChart, lineChart } from '../page/line-chart.ts'

const chart = (change: Partial<LineChart>): LineChart => ({
  title: 'Memory',
  unit: 'bytes',
  t: [0, 60, 120],
  lines: [{ name: 'opscore', values: [0, 400 * 2 ** 20, 100 * 2 ** 20] }],
  ...change,
})

const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text)

test('the values’ axis has round steps in its unit', () => {
  const shown = texts(lineChart(chart({})))
  expect(shown).toEqual(expect.arrayContaining(['0 B', '100 MiB', '200 MiB', '300 MiB', '400 MiB', '0:00', '2:00']))
})

test('a line is broken where nothing was seen', () => {
  const svg = lineChart(chart({ t: [0, 1, 2, 3], lines: [{ name: 'x', values: [1, null, 1, 1] }] }))
  const path = / d="([^"]*)"/.exec(svg)?.[1] ?? ''
  expect(path.replace(/[\d. ]+/g, ' ')).toBe('M M L ')
})

test('a chart that stands alone has its colours for light and for dark', () => {
  const alone = lineChart(chart({}), { alone: true })
  expect(alone).toContain('prefers-color-scheme:dark')
  expect(alone).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
  expect(lineChart(chart({}))).not.toContain('<style>')
})

test('a chart of nothing is still a chart', () => {
  expect(lineChart(chart({ t: [], lines: [] }))).not.toMatch(/NaN|Infinity/)
})
