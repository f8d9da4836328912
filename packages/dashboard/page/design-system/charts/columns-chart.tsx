import type { Tone } from '../look.ts'

export interface Series {
  name: string
  tone: Tone
  values: readonly (number | null)[]
}

interface Props {
  label: string
  series: readonly Series[]
  /** When a column of the given place begins, in words. */
  nameOf: (index: number) => string
}

const HEIGHT = 100

/** Columns of several series upon each other, one place for each moment; what each holds is its title. */
export function ColumnsChart({ label, series, nameOf }: Props) {
  const count = Math.max(...series.map(({ values }) => values.length))
  const sums = Array.from({ length: count }, (_, at) => series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0))
  const most = Math.max(1, ...sums)
  return (
    <svg
      className="chart"
      viewBox={`0 0 ${count * 10} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {sums.map((_, at) => (
        <Stack key={nameOf(at)} {...{ at, most, series }} title={titleOf(series, at, nameOf(at))} />
      ))}
    </svg>
  )
}

function Stack({ at, most, series, title }: { at: number; most: number; series: readonly Series[]; title: string }) {
  let top = HEIGHT
  return (
    <g>
      <title>{title}</title>
      <rect className="chart-ground" x={at * 10} y={0} width={10} height={HEIGHT} />
      {series.map(({ name, tone, values }) => {
        const value = values[at] ?? 0
        if (value === 0) return null
        const height = Math.max(1.5, (value / most) * HEIGHT)
        top -= height
        return (
          <rect
            key={name}
            data-tone={tone}
            className="chart-column"
            x={at * 10 + 1}
            y={top}
            width={8}
            height={height}
          />
        )
      })}
    </g>
  )
}

function titleOf(series: readonly Series[], at: number, when: string): string {
  return [when, ...series.map(({ name, values }) => `${name}: ${values[at] ?? 0}`)].join('\n')
}
