/**
 * What does a state report cost on Redis, compared with a route that does nothing?
 *
 * As bench/state.ts, on a redis-server beside it that appends to its log and flushes it every second: 64 connections, 100
 * agents, bodies of 200 bytes, steady and turning. After each run the logs must hold an event for every accepted report.
 */
import { alternate, type Side } from './harness/alternate.ts'
import { comparisonTable } from './harness/comparison-table.ts'
import type { Options } from './harness/options.ts'
import { formatSpread, present, type Report } from './harness/report.ts'
import { API_KEY, createDataFolder, startNoOpServer, startOpsCoreServer } from './harness/servers/ops-core-server.ts'
import { startRedisServer } from './harness/servers/redis-server.ts'
import { connectApi, registerAgents } from './harness/work/fleet.ts'
import { createKeptCount } from './harness/work/kept-count.ts'
import { writeLoad } from './harness/work/wrk.ts'
import { reportsOf } from './state.ts'

const AGENTS = 100
const CONNECTIONS = 64
const TARGET = 0.65
const LOADS = [
  { label: 'steady', states: ['idle'] },
  { label: 'turning', states: ['active', 'idle'] },
]

export async function measureStateOnRedis({ turns, seconds }: Options): Promise<Report> {
  using folder = createDataFolder()
  await using redis = await startRedisServer(folder.path)
  await using opsCore = await startOpsCoreServer(folder.path, {
    OPSCORE_STORAGE_TYPE: 'redis',
    OPSCORE_REDIS_URL: redis.url,
  })
  await using noOp = await startNoOpServer()
  await using api = connectApi({ url: opsCore.url, apiKey: API_KEY })
  await registerAgents(api, { to: AGENTS })
  const compared = []
  for (const { label, states } of LOADS) {
    using requests = writeLoad(folder.path, label, reportsOf(states))
    const ours: Side = {
      ...{ name: 'Ops-Core', server: opsCore, apiKey: API_KEY, requests },
      verify: createKeptCount({ count: redis.events, connections: CONNECTIONS }),
    }
    const baseline: Side = { name: 'no-op', server: noOp, apiKey: API_KEY, requests }
    const comparison = await alternate({ ours, baseline, connections: CONNECTIONS, turns, seconds })
    compared.push({ label, comparison })
  }
  return {
    name: 'POST …/state on Redis, flushed every second, against a no-op',
    tables: [comparisonTable(compared)],
    verdicts: compared.map(({ label, comparison: { throughputRatio } }) => ({
      target: `${label}: throughput at least ${TARGET} of the no-op's`,
      reached: formatSpread(throughputRatio),
      met: throughputRatio.median >= TARGET,
    })),
    measured: { compared },
  }
}

if (import.meta.main) await present([measureStateOnRedis])
