import type { Series } from './columns-chart.tsx'

interface Props {
  label: string
  series: readonly Series[]
  nameOf: (index: number) => string
  textOf: (value: number) => string
}

const HEIGHT = 100

/** Lines over the same moments, broken where nothing was measured. */
export function LinesChart({ label, series, nameOf, textOf }: Props) {
  const count = Math.max(...series.map(({ values }) => values.length))
  const most = Math.max(1, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)))
  return (
    <svg
      className="chart"
      viewBox={`0 0 ${count * 10} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {series.map(({ name, tone, values }) => (
        <path key={name} className="chart-line" data-tone={tone} d={pathOf(values, most)} />
      ))}
      {Array.from({ length: count }, (_, at) => (
        <rect key={nameOf(at)} className="chart-ground" x={at * 10} y={0} width={10} height={HEIGHT}>
          <title>
            {[nameOf(at), ...series.map(({ name, values }) => `${name}: ${said(values[at], textOf)}`)].join('\n')}
          </title>
        </rect>
      ))}
    </svg>
  )
}

const said = (value: number | null | undefined, textOf: (value: number) => string) =>
  value === null || value === undefined ? 'nothing measured' : textOf(value)

/** A single moment between two gaps is a short stroke: a point has no length to be seen by. */
function pathOf(values: readonly (number | null)[], most: number): string {
  let path = ''
  for (const [at, value] of values.entries()) {
    if (value === null) continue
    const y = (HEIGHT - 4) * (1 - value / most) + 2
    const goesOn = at > 0 && values[at - 1] !== null
    path += goesOn ? `L${at * 10 + 5} ${y}` : `M${at * 10} ${y}h5`
  }
  return path
}
