/**
 * `npm run topology`: what docker-compose.yml describes, as processes of this machine. With `--check` it runs the sample
 * workflow through the load balancer, and exits with 0 where that completes.
 */
import { parseArgs } from 'node:util'
import { OpsCoreClient } from '@opscore/sdk'
import { runSample } from './topology/run-sample.ts'
import { startTopology, type Topology } from './topology/start-topology.ts'

/** It takes seconds; what takes this long, in milliseconds, is stuck. */
const CHECK_LIMIT = 60_000

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const stopping = new AbortController()
let impatient = () => process.exit(130)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)

try {
  await run(values.check)
} catch (error) {
  if (!stopping.signal.aborted) console.error(error instanceof Error ? error.message : error)
  process.exitCode = stopping.signal.aborted ? 130 : 1
}
process.exit()

async function run(check: boolean): Promise<void> {
  console.error('Starting Redis, two api, two workers, nginx, AgentKit and three agents …')
  await using topology = await startTopology({ signal: stopping.signal })
  impatient = () => {
    topology.kill()
    process.exit(130)
  }
  if (check) return await checkSample(topology)
  for (const each of topology.processes.values()) {
    void each.ended.then((how) => stopping.signal.aborted || console.error(how))
  }
  console.log(addressesOf(topology))
  await new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve(), { once: true }))
  console.error('Stopping …')
}

async function checkSample({ url, apiKey }: Topology): Promise<void> {
  const client = new OpsCoreClient({ url, apiKey })
  const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(CHECK_LIMIT)])
  const { sessionId, startTime, endTime } = await runSample(client, 'agent-1', signal)
  const took = Date.parse(endTime ?? '') - Date.parse(startTime)
  console.log(`session ${sessionId} completed in ${took} ms`)
}

function addressesOf({ url, apis, workers, agentKitUrl, redisUrl, folder, processes }: Topology): string {
  const pids = [...processes].map(([name, { pid }]) => `${name} ${pid}`).join(', ')
  return [
    `Ops-Core  ${url}   through nginx; API page ${url}/docs`,
    `api       ${apis.join('  ')}`,
    `worker    ${workers.join('  ')}   /health, /ready and /metrics alone`,
    `AgentKit  ${agentKitUrl}`,
    `Redis     ${redisUrl}`,
    `API key   ${folder}/api-key`,
    `Logs      ${folder}/*.log`,
    `Processes ${pids}`,
    '',
    'Ctrl-C stops it, and removes the folder.',
  ].join('\n')
}

/** The first asks to stop; a second one, not the same press handed on by npm, does not wait. */
function stop(): void {
  if (stopping.signal.aborted) return
  stopping.abort(new Error('asked to stop'))
  setTimeout(() => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => impatient())
  }, 500).unref()
}
