/**
 * What does starting a workflow cost, compared with a route that does nothing?
 *
 * `POST /v1/opscore/agent/{id}/workflow` with the sample workflow of two tasks, against the same route of a Fastify
 * no-op, in turn, under `wrk` with 64 connections: once with the definition in the request, once by its id. The 100
 * agents have registered and not reported, so the first task of every session waits for its agent. Sessions pile up over
 * the rounds, as they would. Afterwards there must be a session for every accepted request.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { alternate, type Side } from './harness/alternate.ts'
import { comparisonTable } from './harness/comparison-table.ts'
import type { Options } from './harness/options.ts'
import { formatSpread, present, type Report } from './harness/report.ts'
import { API_KEY, createDataFolder, startNoOpServer, startOpsCoreServer } from './harness/servers/ops-core-server.ts'
import { openStateDatabase } from './harness/servers/state-database.ts'
import { agentIdOf, connectApi, registerAgents } from './harness/work/fleet.ts'
import { createKeptCount } from './harness/work/kept-count.ts'
import { type LoadRequest, writeLoad } from './harness/work/wrk.ts'

const AGENTS = 100
const CONNECTIONS = 64
const TARGET = 0.5

const definition: { id: string } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'docs', 'sample_workflow.json'), 'utf8'),
)
const LOADS = [
  { label: 'definition inline', body: { workflowDefinition: definition } },
  { label: 'by id', body: { workflowDefinitionId: definition.id } },
]

export async function measureTrigger(options: Options): Promise<Report> {
  const compared = []
  for (const { label, body } of LOADS) compared.push({ label, comparison: await compareTriggers(body, options) })
  return {
    name: 'POST …/workflow against a no-op',
    tables: [comparisonTable(compared)],
    verdicts: compared.map(({ label, comparison: { throughputRatio } }) => ({
      target: `${label}: throughput at least ${TARGET} of the no-op's`,
      reached: formatSpread(throughputRatio),
      met: throughputRatio.median >= TARGET,
    })),
    measured: { compared },
  }
}

/** Each load begins with an empty store, so that neither pays for the other's sessions. */
async function compareTriggers(body: object, { turns, seconds }: Options) {
  using folder = createDataFolder()
  await using opsCore = await startOpsCoreServer(folder.path)
  await using noOp = await startNoOpServer()
  await using api = connectApi({ url: opsCore.url, apiKey: API_KEY })
  await registerAgents(api, { to: AGENTS })
  using database = openStateDatabase(folder.path)
  using requests = writeLoad(folder.path, 'triggers', triggersOf(body))
  const ours: Side = {
    ...{ name: 'Ops-Core', server: opsCore, apiKey: API_KEY, requests },
    verify: createKeptCount({ count: database.sessionCount, connections: CONNECTIONS }),
  }
  const baseline: Side = { name: 'no-op', server: noOp, apiKey: API_KEY, requests }
  return await alternate({ ours, baseline, connections: CONNECTIONS, turns, seconds })
}

function* triggersOf(body: object): Iterable<LoadRequest> {
  for (let index = 0; index < AGENTS; index += 1) {
    yield { method: 'POST', path: `/v1/opscore/agent/${agentIdOf(index)}/workflow`, body }
  }
}

if (import.meta.main) await present([measureTrigger])
