/**
 * Does a large fleet with a long history slow reports down?
 *
 * `POST /v1/opscore/agent/{id}/state` under `wrk` with 64 connections, in turn, on two servers: one with 100,000 registered
 * agents and 10 million rows of history, one with 100 agents and none. Two loads on the large one: reports of the same
 * 100 agents, and of all 100,000 in turn, which no cache of agents survives. The agents of the large one register over HTTP;
 * the history is then written into its file by SQL, row for row as the server would have.
 */
import { alternate } from './harness/alternate.ts'
import { comparisonTable } from './harness/comparison-table.ts'
import type { Options } from './harness/options.ts'
import { formatSpread, present, type Report } from './harness/report.ts'
import { API_KEY, createDataFolder, startOpsCoreServer } from './harness/servers/ops-core-server.ts'
import { openStateDatabase } from './harness/servers/state-database.ts'
import { connectApi, registerAgents } from './harness/work/fleet.ts'
import { createKeptCount } from './harness/work/kept-count.ts'
import { writeHistory } from './harness/work/large-history.ts'
import { writeLoad } from './harness/work/wrk.ts'
import { reportCounter, reportsOf } from './state.ts'

const LARGE = { agents: 100_000, rows: 10_000_000 }
const SMALL = 100
const CONNECTIONS = 64
/** Of the small one's throughput. */
const TARGET = 0.85

export async function measureScale({ turns, seconds }: Options): Promise<Report> {
  using largeFolder = createDataFolder()
  using smallFolder = createDataFolder()
  await registerFleet(largeFolder.path, LARGE.agents)
  writeHistory(largeFolder.path, LARGE)
  await registerFleet(smallFolder.path, SMALL)
  await using large = await startOpsCoreServer(largeFolder.path)
  await using small = await startOpsCoreServer(smallFolder.path)
  using database = openStateDatabase(largeFolder.path)
  using few = writeLoad(smallFolder.path, 'few', reportsOf(['idle'], SMALL))
  using all = writeLoad(smallFolder.path, 'all', reportsOf(['idle'], LARGE.agents))

  const compared = []
  for (const { label, requests } of [
    { label: `reports of ${SMALL} agents`, requests: few },
    { label: `reports of all ${LARGE.agents} agents`, requests: all },
  ]) {
    const verify = createKeptCount({ count: reportCounter(database), connections: CONNECTIONS })
    const comparison = await alternate({
      ours: { name: 'large', server: large, apiKey: API_KEY, requests, verify },
      baseline: { name: 'small', server: small, apiKey: API_KEY, requests: few },
      ...{ connections: CONNECTIONS, turns, seconds },
    })
    compared.push({ label, comparison })
  }
  return {
    name: '100,000 agents and 10 million rows of history, against 100 agents and none',
    tables: [comparisonTable(compared, ['large', 'small'])],
    verdicts: compared.map(({ label, comparison: { throughputRatio } }) => ({
      target: `${label}: throughput at least ${TARGET} of that with ${SMALL} agents`,
      reached: formatSpread(throughputRatio),
      met: throughputRatio.median >= TARGET,
    })),
    measured: { compared },
  }
}

async function registerFleet(dataDir: string, agents: number): Promise<void> {
  await using opsCore = await startOpsCoreServer(dataDir)
  await using api = connectApi({ url: opsCore.url, apiKey: API_KEY })
  await registerAgents(api, { to: agents })
}

if (import.meta.main) await present([measureScale])
