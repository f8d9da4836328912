/**
 * How much memory does a registered agent take?
 *
 * 100,000 agents register through the webhook, over HTTP, after 2,000 others that warm the server up: they register again and
 * again, as traffic alone makes V8's young generations grow to their full size, 64 MB of the main thread's, whatever the number
 * of agents. Memory is compared after garbage collection: the resident size of the whole process, which has SQLite's pages
 * and both threads' heaps in it, and the JavaScript heap of the main thread.
 */

import { formatNumber, present, type Report } from './harness/report.ts'
import { API_KEY, createDataFolder, startOpsCoreServer } from './harness/servers/ops-core-server.ts'
import { connectApi, registerAgents } from './harness/work/fleet.ts'

const WARM_UP = 2_000
/** The young generation was seen to reach its full size after some 25,000 registrations. */
const WARM_UP_ROUNDS = 20
const AGENTS = 100_000
/** Bytes of resident memory for each agent. */
const TARGET = 2_048

export async function measureMemory(): Promise<Report> {
  using folder = createDataFolder()
  await using opsCore = await startOpsCoreServer(folder.path)
  await using api = connectApi({ url: opsCore.url, apiKey: API_KEY })
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await registerAgents(api, { to: WARM_UP })
  const before = await opsCore.memory()
  const start = performance.now()
  await registerAgents(api, { from: WARM_UP, to: WARM_UP + AGENTS })
  const perSecond = AGENTS / ((performance.now() - start) / 1000)
  const after = await opsCore.memory()
  const each = {
    resident: (after.resident - before.resident) / AGENTS,
    heap: (after.heap - before.heap) / AGENTS,
  }
  const row = (name: string, of: 'resident' | 'heap') => [
    name,
    formatNumber(before[of] / 1024 ** 2, 1),
    formatNumber(after[of] / 1024 ** 2, 1),
    formatNumber(each[of]),
  ]
  return {
    name: 'Memory of a registered agent',
    tables: [
      {
        columns: [
          'memory',
          `MiB with ${formatNumber(WARM_UP)}`,
          `MiB with ${formatNumber(AGENTS)} more`,
          'bytes/agent',
        ],
        rows: [row('resident', 'resident'), row('heap', 'heap')],
      },
    ],
    verdicts: [
      {
        target: `less than ${formatNumber(TARGET)} bytes resident for each agent`,
        reached: `${formatNumber(each.resident)} bytes (registered at ${formatNumber(perSecond)}/s by one client)`,
        met: each.resident < TARGET,
      },
    ],
    measured: { before, after, each, perSecond },
  }
}

if (import.meta.main) await present([measureMemory])
