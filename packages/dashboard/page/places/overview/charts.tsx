import type { OverviewSeries } from '@opscore/contract'
import type { ReactNode } from 'react'
import { ColumnsChart } from '../../design-system/charts/columns-chart.tsx'
import { LinesChart } from '../../design-system/charts/lines-chart.tsx'
import { spanText } from '../../design-system/time.tsx'
import { minuteNames } from './minutes.ts'

/** The last hour: how much ended, how it ended, and how long a task waits for its agent. */
export function Charts({ series }: { series: OverviewSeries }) {
  const nameOf = minuteNames(series)
  const { p50, p99 } = series.readyToDispatchMs
  const most = [...p99].findLast((value) => value !== null)
  const half = [...p50].findLast((value) => value !== null)
  return (
    <>
      <ChartFrame name="Sessions ended, a minute" more={<Rate series={series} />} from={nameOf(0)}>
        <ColumnsChart
          label="Sessions that ended, minute by minute"
          nameOf={nameOf}
          series={[
            { name: 'Failed', tone: 'bad', values: series.failed },
            { name: 'Completed', tone: 'good', values: series.completed },
          ]}
        />
      </ChartFrame>
      <ChartFrame
        name="From ready to dispatched"
        from={nameOf(0)}
        more={
          most === null || most === undefined || half === null || half === undefined
            ? 'nothing measured'
            : `half within ${spanText(half)}, 99 % within ${spanText(most)}`
        }
      >
        <LinesChart
          label="How long tasks waited for an agent, minute by minute"
          nameOf={nameOf}
          textOf={spanText}
          series={[
            { name: '99 % within', tone: 'warning', values: p99 },
            { name: 'Half within', tone: 'busy', values: p50 },
          ]}
        />
      </ChartFrame>
    </>
  )
}

function ChartFrame({
  name,
  more,
  from,
  children,
}: {
  name: string
  more: ReactNode
  from: string
  children: ReactNode
}) {
  return (
    <section className="chart-frame" aria-label={name}>
      <header className="row">
        <h2 className="grow">{name}</h2>
        <span className="faint number">{more}</span>
      </header>
      {children}
      <div className="row faint number chart-foot">
        <span className="grow">{from}</span>
        <span>now</span>
      </div>
    </section>
  )
}

function Rate({ series: { completed, failed } }: { series: OverviewSeries }) {
  const sum = (values: readonly (number | null)[]) => values.reduce<number>((all, value) => all + (value ?? 0), 0)
  const all = sum(completed) + sum(failed)
  return all === 0 ? 'none in the last hour' : `${((100 * sum(failed)) / all).toFixed(1)} % failed`
}
