import type { StageFigures } from './stage-figures.ts'

/** What bounded a stress test, by its figures. */
export interface WhatGave {
  /** The step at which most requests a second were answered. */
  best: { users: number; perSecond: number; average: number }
  /** Cores in use then. */
  cpu: { name: string; cores: number; busiest: number }[]
  others: number
  /** In a sentence or two. */
  text: string
}

/** The share of a core from which on a process of one thread has no more to give. */
const SPENT = 0.9
/** The share of all processors from which on the machine has no more to give. */
const FULL = 0.95

export function whatGave(stages: readonly StageFigures[], processors: number): WhatGave | undefined {
  const [first, ...rest] = stages.filter(({ count }) => count > 0)
  if (!first) return undefined
  const best = rest.reduce((most, stage) => (stage.perSecond > most.perSecond ? stage : most), first)
  const cpu = Object.entries(joinAgents(best.cpu))
    .map(([name, cores]) => ({ name, cores, busiest: best.busiest[name] ?? 0 }))
    .sort((a, b) => b.cores - a.cores)
  const others = Math.max(0, best.machine - cpu.reduce((sum, { cores }) => sum + cores, 0))
  const { users, perSecond, average } = best
  return {
    best: { users, perSecond, average },
    cpu,
    others,
    text: [boundOf(cpu, { machine: best.machine, others, processors }), serverSide(best)].filter(Boolean).join(' '),
  }
}

function boundOf(
  cpu: WhatGave['cpu'],
  { machine, others, processors }: { machine: number; others: number; processors: number },
): string {
  const spent = cpu.filter(({ busiest }) => busiest >= SPENT)
  const shares = cpu
    .filter(({ cores }) => cores >= 0.05)
    .map(({ name, cores }) => `${NAMES[name] ?? name} ${cores.toFixed(2)}`)
    .concat(others >= 0.05 ? [`what else ran on the machine ${others.toFixed(2)}`] : [])
    .join(', ')
  const used = `cores in use: ${shares}`
  const [first] = spent
  if (first?.name === 'locust') return `The load generator gave: each of its processes used a core (${used}).`
  if (first) return `${NAMES[first.name] ?? first.name} gave: its busiest thread used a core (${used}).`
  if (machine >= FULL * processors) return `The machine gave: all ${processors} processors were in use (${used}).`
  return `No process and no processor was used up (${used}).`
}

/** Where time is spent before a request reaches the server, the server's own clock does not see it. */
function serverSide({ average, server }: StageFigures): string {
  const state = server.find(({ route }) => route === 'POST /v1/opscore/agent/:agentId/state')
  if (!state) return ''
  return `Then a request took ${average.toFixed(0)} ms on average as Locust saw it; of these a report took ${state.average.toFixed(1)} ms by Ops-Core's own clock, from its arrival to its answer.`
}

export const NAMES: Record<string, string> = {
  opscore: 'Ops-Core',
  redis: 'Redis',
  locust: 'Locust',
  agentkit: 'AgentKit',
  agents: 'the simulated agents',
}

/** `agent-1`, `agent-2` and so on are one entry. */
export function joinAgents(cpu: Readonly<Record<string, number>>): Record<string, number> {
  const joined: Record<string, number> = {}
  for (const [name, cores] of Object.entries(cpu)) {
    const key = name.startsWith('agent-') ? 'agents' : name
    joined[key] = (joined[key] ?? 0) + cores
  }
  return joined
}
