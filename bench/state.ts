/**
 * What does a durable state report cost, compared with a route that does nothing?
 *
 * `POST /v1/opscore/agent/{id}/state` on SQLite (WAL, synchronous=FULL) against the same route of a Fastify no-op, in turn,
 * under `wrk` with 64, 8 and 1 connections. 100 agents, bodies of 200 bytes. Two loads:
 * - steady: every report says `idle`. One row of history and the agent's live state for each.
 * - turning: reports say `active` and `idle` in turn, so each also moves the agent in the routing index of its two
 *   capabilities.
 * After each run the history must have a row for every accepted report.
 */
import { alternate, type Side } from './harness/alternate.ts'
import { comparisonTable } from './harness/comparison-table.ts'
import type { Options } from './harness/options.ts'
import { formatSpread, present, type Report } from './harness/report.ts'
import { API_KEY, createDataFolder, startNoOpServer, startOpsCoreServer } from './harness/servers/ops-core-server.ts'
import { openStateDatabase, type StateDatabase } from './harness/servers/state-database.ts'
import { agentIdOf, connectApi, registerAgents, reportAll, reportOf } from './harness/work/fleet.ts'
import { createKeptCount } from './harness/work/kept-count.ts'
import { type LoadRequest, writeLoad } from './harness/work/wrk.ts'

const AGENTS = 100
const LOADS = [
  { label: 'steady', states: ['idle'], connections: [64, 8, 1] },
  { label: 'turning', states: ['active', 'idle'], connections: [64] },
]
/** How much of the no-op's throughput, and how many times its p99. */
const TARGET = { throughput: 1, p99: 2 }

export async function measureState({ turns, seconds }: Options): Promise<Report> {
  using folder = createDataFolder()
  await using opsCore = await startOpsCoreServer(folder.path)
  await using noOp = await startNoOpServer()
  await using api = connectApi({ url: opsCore.url, apiKey: API_KEY })
  await registerAgents(api, { to: AGENTS })
  using database = openStateDatabase(folder.path)
  const exact = await checkEachAnswer(database, () => reportAll(api, AGENTS, 'idle'))

  const compared = []
  for (const { label, states, connections } of LOADS) {
    using requests = writeLoad(folder.path, label, reportsOf(states))
    for (const count of connections) {
      const ours: Side = {
        ...{ name: 'Ops-Core', server: opsCore, apiKey: API_KEY, requests },
        verify: createKeptCount({ count: reportCounter(database), connections: count }),
      }
      const baseline: Side = { name: 'no-op', server: noOp, apiKey: API_KEY, requests }
      const comparison = await alternate({ ours, baseline, connections: count, turns, seconds })
      compared.push({ label, comparison })
    }
  }
  return {
    name: 'POST …/state, durable, against a no-op',
    tables: [comparisonTable(compared)],
    verdicts: compared
      .filter(({ comparison }) => comparison.connections === 64)
      .flatMap(({ label, comparison: { throughputRatio, p99Ratio } }) => [
        {
          target: `${label}, 64 connections: throughput at least ${TARGET.throughput} of the no-op's`,
          reached: formatSpread(throughputRatio),
          met: throughputRatio.median >= TARGET.throughput,
        },
        {
          target: `${label}, 64 connections: p99 at most ${TARGET.p99} times the no-op's`,
          reached: formatSpread(p99Ratio),
          met: p99Ratio.median <= TARGET.p99,
        },
      ]),
    measured: { exact, compared },
  }
}

export function* reportsOf(states: readonly string[], agents = AGENTS): Iterable<LoadRequest> {
  for (const state of states) {
    for (let index = 0; index < agents; index += 1) {
      yield { method: 'POST', path: `/v1/opscore/agent/${agentIdOf(index)}/state`, body: reportOf(index, state) }
    }
  }
}

/** Every answer is read and must be 202; then there must be as many new rows, no more and no less. */
async function checkEachAnswer(database: StateDatabase, report: () => Promise<void>) {
  const before = database.head()
  await report()
  const rows = database.reports({ after: before, upTo: database.head() })
  if (rows !== AGENTS) throw new Error(`${AGENTS} reports were accepted, but the history has ${rows} rows of them`)
  return { accepted: AGENTS, rows }
}

/** Counts only what is new since it was asked last, so that a long history costs nothing. */
export function reportCounter(database: StateDatabase): () => number {
  let counted = 0
  let position = database.head()
  return () => {
    const head = database.head()
    counted += database.reports({ after: position, upTo: head })
    position = head
    return counted
  }
}

if (import.meta.main) await present([measureState])
