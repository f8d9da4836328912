/** Colours by role, in light and in dark. A chart that stands alone has them too, so it fits whoever shows it. */
const LIGHT = {
  page: '#f7f8fa',
  card: '#ffffff',
  line: '#dfe3e8',
  text: '#1b2430',
  muted: '#5c6878',
  good: '#187a48',
  bad: '#b42330',
  series: ['#2563c9', '#c2560c', '#1b8a5a', '#8a3fb8', '#b3365f', '#5f6b7a', '#0e8a96'],
}

const DARK: typeof LIGHT = {
  page: '#10151c',
  card: '#181f29',
  line: '#2c3644',
  text: '#e6ebf2',
  muted: '#9aa7b8',
  good: '#58c78c',
  bad: '#ff7d86',
  series: ['#6ea3ff', '#f19a5b', '#57c795', '#c791ee', '#f083a6', '#a7b3c2', '#4fc7d3'],
}

/** How many colours there are for lines; more lines take them again. */
export const COLOURS = LIGHT.series.length

/** Custom properties for `selector`, by the reader's own choice of light or dark. */
export function colours(selector: string): string {
  return `${selector}{color-scheme:light dark;${variables(LIGHT)}}@media(prefers-color-scheme:dark){${selector}{${variables(DARK)}}}`
}

function variables({ series, ...roles }: typeof LIGHT): string {
  const named = Object.entries(roles).map(([name, value]) => `--${name}:${value}`)
  return [...named, ...series.map((value, index) => `--series-${index}:${value}`)].join(';')
}

/** Of what is inside a chart. */
export const CHART_STYLE = `
text{font:12px system-ui,-apple-system,'Segoe UI',sans-serif;fill:var(--muted)}
.grid{stroke:var(--line);stroke-width:1}
.mark{stroke:var(--muted);stroke-width:1;stroke-dasharray:3 4}
.plot{fill:none;stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}
.title{font-weight:600;font-size:14px;fill:var(--text)}
.legend{fill:var(--text)}
`
