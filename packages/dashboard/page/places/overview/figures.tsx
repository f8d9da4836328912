import type { AgentView, Overview } from '@opscore/contract'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ColumnsChart } from '../../design-system/charts/columns-chart.tsx'
import type { Tone } from '../../design-system/look.ts'
import { StatusIcon } from '../../design-system/state/status-icon.tsx'
import { LIVENESS_LOOKS } from '../../domain/looks.ts'
import { minuteNames } from './minutes.ts'

const LIVENESS = Object.keys(LIVENESS_LOOKS) as AgentView['liveness'][]

/** What there is of everything, each leading to where it is listed, with its last hour. */
export function Figures({ overview }: { overview: Overview }) {
  const { agents, sessions, waiting, series } = overview
  const count = (status: string) => sessions.byStatus[status] ?? 0
  const nameOf = minuteNames(series)
  const hour = (name: string, tone: Tone, values: readonly (number | null)[]) => (
    <ColumnsChart
      label={`${name}, minute by minute over the last hour`}
      series={[{ name, tone, values }]}
      nameOf={nameOf}
    />
  )
  return (
    <section className="figures" aria-label="At a glance">
      <AgentFigure agents={agents} />
      <Figure
        name="Slots taken"
        value={agents.slots.held}
        of={agents.slots.total}
        to="/agents"
        search={{ state: 'active' }}
      >
        <meter
          className="figure-meter slots-bar"
          min={0}
          max={Math.max(1, agents.slots.total)}
          value={agents.slots.held}
          aria-label="Slots taken"
        />
      </Figure>
      <Figure
        name="Sessions open"
        value={count('started') + count('running') + count('paused')}
        to="/sessions"
        search={{ status: ['started', 'running', 'paused'] }}
      >
        {hour('Started', 'busy', series.started)}
      </Figure>
      <Figure
        name="Completed, last hour"
        value={sum(series.completed)}
        to="/sessions"
        search={{ status: 'completed', range: '1h' }}
      >
        {hour('Completed', 'good', series.completed)}
      </Figure>
      <Figure
        name="Failed, last hour"
        value={sum(series.failed)}
        tone={sum(series.failed) > 0 ? 'bad' : undefined}
        to="/sessions"
        search={{ status: 'failed', range: '1h' }}
      >
        {hour('Failed', 'bad', series.failed)}
      </Figure>
      <Figure
        name="Tasks waiting"
        value={waiting.total}
        to="/sessions"
        search={{ status: ['started', 'running', 'paused'] }}
      >
        {hour('Dispatched', 'calm', series.dispatched)}
      </Figure>
    </section>
  )
}

function AgentFigure({ agents }: Pick<Overview, 'agents'>) {
  return (
    <Figure name="Agents" value={agents.total} to="/agents">
      <span className="row wrap">
        {LIVENESS.filter((liveness) => (agents.byLiveness[liveness] ?? 0) > 0).map((liveness) => (
          <Link
            key={liveness}
            to="/agents"
            search={{ liveness }}
            className="figure-part"
            data-tone={LIVENESS_LOOKS[liveness].tone}
          >
            <StatusIcon shape={LIVENESS_LOOKS[liveness].shape} />
            <span className="number">{agents.byLiveness[liveness]}</span> {LIVENESS_LOOKS[liveness].word.toLowerCase()}
          </Link>
        ))}
      </span>
    </Figure>
  )
}

const sum = (values: readonly (number | null)[]) => values.reduce<number>((all, value) => all + (value ?? 0), 0)

interface FigureProps {
  name: string
  value: number
  of?: number
  tone?: Tone | undefined
  to: LinkProps['to']
  search?: LinkProps['search']
  children: ReactNode
}

function Figure({ name, value, of, tone, to, search, children }: FigureProps) {
  return (
    <div className="figure" data-tone={tone}>
      <Link {...{ to, ...(search === undefined ? {} : { search }) }} className="figure-name">
        {name}
      </Link>
      <span className="figure-value number">
        {value.toLocaleString('en')}
        {of === undefined ? null : <span className="faint"> / {of.toLocaleString('en')}</span>}
      </span>
      <div className="figure-more">{children}</div>
    </div>
  )
}
