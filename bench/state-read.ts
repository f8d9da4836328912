/**
 * What does reading an agent's state cost, compared with a route that does nothing?
 *
 * `GET /v1/opscore/agent/{id}/state` over 100 agents that have reported once, against the same route of a Fastify no-op,
 * in turn, under `wrk` with 64 connections.
 */
import { alternate } from './harness/alternate.ts'
import { comparisonTable } from './harness/comparison-table.ts'
import type { Options } from './harness/options.ts'
import { formatSpread, present, type Report } from './harness/report.ts'
import { API_KEY, createDataFolder, startNoOpServer, startOpsCoreServer } from './harness/servers/ops-core-server.ts'
import { agentIdOf, connectApi, registerAgents, reportAll } from './harness/work/fleet.ts'
import { type LoadRequest, writeLoad } from './harness/work/wrk.ts'

const AGENTS = 100
const TARGET = 0.9

export async function measureStateRead({ turns, seconds }: Options): Promise<Report> {
  using folder = createDataFolder()
  await using opsCore = await startOpsCoreServer(folder.path)
  await using noOp = await startNoOpServer()
  await using api = connectApi({ url: opsCore.url, apiKey: API_KEY })
  await registerAgents(api, { to: AGENTS })
  await reportAll(api, AGENTS, 'idle')
  using requests = writeLoad(folder.path, 'reads', readsOf(AGENTS))
  const comparison = await alternate({
    ours: { name: 'Ops-Core', server: opsCore, apiKey: API_KEY, requests },
    baseline: { name: 'no-op', server: noOp, apiKey: API_KEY, requests },
    ...{ connections: 64, turns, seconds },
  })
  return {
    name: 'GET …/state against a no-op',
    tables: [comparisonTable([{ label: 'read', comparison }])],
    verdicts: [
      {
        target: `throughput at least ${TARGET} of the no-op's`,
        reached: formatSpread(comparison.throughputRatio),
        met: comparison.throughputRatio.median >= TARGET,
      },
    ],
    measured: { comparison },
  }
}

function* readsOf(agents: number): Iterable<LoadRequest> {
  for (let index = 0; index < agents; index += 1) {
    yield { method: 'GET', path: `/v1/opscore/agent/${agentIdOf(index)}/state` }
  }
}

if (import.meta.main) await present([measureStateRead])
