import type { Sample } from '../watch/sampler.ts'
import { mean, round } from './mean-and-round.ts'
import { ALL, figuresOf, type RequestFigures, within } from './request-figures.ts'
import type { RunFiles } from './run-files.ts'
import { type ServerTimes, serverTimes } from './server-times.ts'

/** One step of a stress test. */
export interface StageFigures extends Omit<RequestFigures, 'endpoint'> {
  users: number
  seconds: number
  /** Cores in use: of the whole machine, and by process. */
  machine: number
  cpu: Record<string, number>
  busiest: Record<string, number>
  server: ServerTimes[]
}

export function stageFigures({ stages, requests, samples, about }: RunFiles, end: number): StageFigures[] {
  return stages.map(({ t, users }, index) => {
    const span = { from: t, to: stages[index + 1]?.t ?? end }
    const all = figuresOf(requests, span).find(({ endpoint }) => endpoint === ALL)
    if (!all) throw new Error('A stage has no figures')
    const { endpoint: _, ...figures } = all
    const seen = within(samples, span)
    return {
      ...figures,
      users,
      seconds: round(span.to - span.from),
      machine: round(mean(seen.map(({ machine }) => machine)) * about.machine.processors),
      cpu: averages(seen, 'cpu'),
      busiest: averages(seen, 'busiest'),
      server: serverTimes(seen),
    }
  })
}

function averages(samples: readonly Sample[], key: 'cpu' | 'busiest'): Record<string, number> {
  const names = [...new Set(samples.flatMap(({ processes }) => Object.keys(processes)))]
  const of = (name: string) => samples.flatMap(({ processes }) => processes[name]?.[key] ?? [])
  return Object.fromEntries(names.map((name) => [name, round(mean(of(name)))]))
}
