import { short, write } from '../page/units.ts'
import { ALL } from '../report/request-figures.ts'
import type { RunSummary } from '../report/run-summary.ts'

/** Where the limits lie, by the stress tests; a paragraph for each. */
export function boundsOf(runs: readonly RunSummary[]): string {
  const stress = runs.filter(({ gave }) => gave)
  if (stress.length === 0) return 'No stress test has run.'
  return stress
    .map(({ scenario, name, storage, stop, gave, stages }) => {
      if (!gave) return ''
      const { users, perSecond, average } = gave.best
      const most = `**${name} (${scenario}, ${storage}).** Up to ${stages.at(-1)?.users.toLocaleString('en-US')} users.`
      const best = `Most requests a second: ${short(perSecond)}, with ${users.toLocaleString('en-US')} users and ${write(average, 'ms')} on average.`
      return `${most} ${stop?.broke ? `It broke: ${stop.reason}.` : 'It did not break before its time was up.'} ${best} ${gave.text}`
    })
    .join('\n\n')
}

/** What follows for whoever runs it, each with the figures it comes from. */
export function recommendations(runs: readonly RunSummary[]): string[] {
  const climb = runs.find(({ scenario }) => scenario === 'climb')
  const mixed = runs.find(({ scenario, storage }) => scenario === '3' && storage === 'redis')
  return [
    ...(mixed ? [sizeOf(mixed)] : []),
    ...(climb && mixed ? [headroom(climb, mixed)] : []),
    ...stores(runs),
    ...(climb?.gave?.cpu[0]?.name === 'locust'
      ? [
          `Put the load generator on a machine of its own where the server's own limit is looked for: here it took ${climb.gave.cpu[0].cores.toFixed(2)} cores, more than any other process.`,
        ]
      : []),
    'Beyond one process, run several over one Redis (`--role api` and `--role worker`, see [Operations](operations.md)).',
  ]
}

function sizeOf(run: RunSummary): string {
  const opsCore = run.resources.find(({ process }) => process === 'opscore')
  const rate = run.peak.find(({ endpoint }) => endpoint === ALL)?.perSecond ?? 0
  const users = run.planned.users?.[1] ?? 0
  if (!opsCore) return `${users} users are ${short(rate)} requests a second.`
  return `For a fleet of ${users} agents as in scenario 3 (${short(rate)} requests a second) plan ${opsCore.cpu.average.toFixed(2)} of a core and ${write(opsCore.memory.most, 'bytes')} of memory for Ops-Core.`
}

function headroom(climb: RunSummary, mixed: RunSummary): string {
  const most = climb.gave?.best.perSecond ?? 0
  const rate = mixed.peak.find(({ endpoint }) => endpoint === ALL)?.perSecond ?? 0
  const times = rate > 0 ? most / rate : 0
  return `One process answered ${short(most)} requests a second of that mix on this machine, which it shared with Redis, Locust, AgentKit and the agents: ${short(times)} times what scenario 3 asks for.`
}

/** The two stores beside each other, where a scenario ran on both. */
function stores(runs: readonly RunSummary[]): string[] {
  return ['1', '3'].flatMap((id) => {
    const [redis, sqlite] = ['redis', 'sqlite'].map((storage) =>
      runs.find((run) => run.scenario === id && run.storage === storage)?.peak.find(({ endpoint }) => endpoint === ALL),
    )
    if (!redis || !sqlite) return []
    const of = ({ average, p99 }: typeof redis) => `${write(average, 'ms')} on average and ${write(p99, 'ms')} at p99`
    return [`Scenario ${id} took ${of(sqlite)} on SQLite, ${of(redis)} on Redis: one machine needs no Redis for it.`]
  })
}
