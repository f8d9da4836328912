import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { figuresOf, type RequestFigures } from '../report/request-figures.ts'
import type { PlannedRun } from '../report/run-files.ts'
import { endOfLocust, startLocust } from '../stand/locust.ts'
import type { Target } from '../stand/target.ts'
import { followSessions, startedSessions } from '../watch/follow-sessions.ts'
import { followRequests } from '../watch/request-record.ts'

/** What `scenarios/comparison.py` has where nothing else is asked for. */
const DEFAULT = { users: 50, seconds: 20 }
/** How long a round's sessions may take to end, in milliseconds. */
const PATIENCE = 60_000

export interface ComparedServer extends Target {
  name: string
  webhookSecret: string
}

export interface CompareOptions {
  servers: readonly [ComparedServer, ComparedServer]
  users: number
  rounds: number
  /** Of each round on each server. */
  seconds: number
  python: string
  folder: string
  signal: AbortSignal
  say: (line: string) => void
}

/** The figures of each round, by server in the order given. */
export type Rounds = readonly (readonly [RequestFigures[], RequestFigures[]])[]

/**
 * The same users with the same mix on two servers, one after the other and the first one in turn, so that neither has
 * the better half of what else happens on the machine.
 */
export async function compareServers(options: CompareOptions): Promise<Rounds> {
  const [one, other] = options.servers
  const rounds: [RequestFigures[], RequestFigures[]][] = []
  for (let round = 0; round < options.rounds; round += 1) {
    const forwards = round % 2 === 0
    const first = await runRound(options, forwards ? one : other, round)
    const second = await runRound(options, forwards ? other : one, round)
    rounds.push(forwards ? [first, second] : [second, first])
  }
  return rounds
}

async function runRound(options: CompareOptions, server: ComparedServer, round: number): Promise<RequestFigures[]> {
  const { users, seconds, python, folder, signal, say } = options
  const output = join(folder, `${round + 1}-${server.name}`)
  mkdirSync(output, { recursive: true })
  const locust = await startLocust({
    python,
    file: 'comparison',
    target: server,
    webhookSecret: server.webhookSecret,
    scales: { users: users / DEFAULT.users, time: seconds / DEFAULT.seconds, think: 1 },
    processes: 1,
    output,
    logs: output,
  })
  try {
    await endOfLocust(locust, signal)
  } finally {
    await locust.stop()
  }
  // What is still to be done for this server's sessions would be done in the other one's turn.
  await followSessions(server, await startedSessions(output), { patience: PATIENCE, signal })
  const planned: PlannedRun = JSON.parse(readFileSync(join(output, 'run.json'), 'utf8'))
  const from = Math.ceil(planned.startedAt + (planned.rampSeconds ?? 0))
  const figures = figuresOf(await followRequests(output).next(), { from, to: from + (planned.peakSeconds ?? 0) })
  const all = figures.find(({ endpoint }) => endpoint === 'all')
  say(`${round + 1}  ${server.name}: ${all?.perSecond} requests/s, p99 ${all?.p99} ms, ${all?.failed} failed`)
  return figures
}
