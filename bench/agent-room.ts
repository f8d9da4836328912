/**
 * Does one agent with room for 64 tasks do what 64 agents with room for one do, and how long does a lone session take?
 *
 * Agents of the SDK in one other process, sent to directly; the sample workflow of two tasks, 64 sessions open at a time, in
 * turn. Then one session after the other, nothing else moving, over an agent that reports and over one that answers with
 * the result: from just before the trigger to the event that says that the session has ended, as its client hears it.
 */
import { freePort } from '@opscore/host'
import type { Options } from './harness/options.ts'
import { formatNumber, formatSpread, present, type Report } from './harness/report.ts'
import { startAgentKitServer } from './harness/servers/agentkit-server.ts'
import { startChildServer } from './harness/servers/child-server.ts'
import { API_KEY, createDataFolder, startOpsCoreServer } from './harness/servers/ops-core-server.ts'
import { percentile, spreadOf } from './harness/statistics.ts'
import { connectApi } from './harness/work/fleet.ts'
import { createSessionRunner } from './harness/work/session-runner.ts'

const AT_ONCE = 64
const ROUND = 2_000
const WARM_UP = 500
/** Sessions one after the other, in a round. */
const LONE = 300
const WORKFLOW = 'sample_workflow_id'
const WEBHOOK_SECRET = 'benchmark-secret'
const TARGET = { share: 0.9, milliseconds: 5 }

export async function measureAgentRoom({ rounds }: Options): Promise<Report> {
  await using resources = new AsyncDisposableStack()
  const many = resources.use(await startSetup({ AGENTS: '64', ROOM: '1' }))
  const one = resources.use(await startSetup({ AGENTS: '1', ROOM: '64' }))
  const answering = resources.use(await startSetup({ AGENTS: '1', ROOM: '64', ANSWERS: 'result' }))
  const perSecond: Record<'many' | 'one' | 'answering', number[]> = { many: [], one: [], answering: [] }
  const lone: Record<'one' | 'answering', number[]> = { one: [], answering: [] }
  for (let round = 0; round < rounds; round += 1) {
    perSecond.many.push(await many.round())
    perSecond.one.push(await one.round())
    perSecond.answering.push(await answering.round())
    lone.one.push(...(await one.alone()))
    lone.answering.push(...(await answering.alone()))
  }
  const share = spreadOf(perSecond.one).median / spreadOf(perSecond.many).median
  const median = percentile(lone.answering, 0.5)
  const row = (name: string, rates: number[], times: number[]) => [
    name,
    formatSpread(spreadOf(rates), 0),
    ...(times.length === 0 ? ['', ''] : [0.5, 0.99].map((part) => formatNumber(percentile(times, part), 2))),
  ]
  return {
    name: 'One agent with room for 64, and a lone session',
    tables: [
      {
        columns: ['agents', 'sessions/s', 'a lone session, median ms', 'p99 ms'],
        rows: [
          row('64 with room for 1', perSecond.many, []),
          row('1 with room for 64', perSecond.one, lone.one),
          row('1 with room for 64 that answers with the result', perSecond.answering, lone.answering),
        ],
      },
    ],
    verdicts: [
      {
        target: `one agent of room 64 makes ${TARGET.share} of what 64 make`,
        reached: formatNumber(share, 2),
        met: share >= TARGET.share,
      },
      {
        target: `a lone session of two tasks takes at most ${TARGET.milliseconds} ms where agents answer at once`,
        reached: `${formatNumber(median, 2)} ms`,
        met: median <= TARGET.milliseconds,
      },
    ],
    measured: { perSecond, lone },
  }
}

async function startSetup(agents: Record<string, string>) {
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(createDataFolder())
  const opsCore = resources.use(await startOpsCoreServer(folder.path, { OPSCORE_WEBHOOK_SECRET: WEBHOOK_SECRET }))
  const kit = { dataDir: folder.path, opsCoreUrl: opsCore.url, webhookSecret: WEBHOOK_SECRET }
  const agentKit = resources.use(await startAgentKitServer({ ...kit, port: await freePort() }))
  const env = { OPSCORE_API_URL: opsCore.url, OPSCORE_API_KEY: API_KEY, AGENTKIT_API_URL: agentKit.url, ...agents }
  resources.use(await startChildServer({ entry: 'sdk-agents.ts', env }))
  const api = resources.use(connectApi({ url: opsCore.url, apiKey: API_KEY }))
  const page = await api.get(`/v1/opscore/agent?limit=${AT_ONCE}`)
  const items: { agentId: string }[] =
    typeof page === 'object' && page !== null && 'items' in page && Array.isArray(page.items) ? page.items : []
  const agentIds = items.map(({ agentId }) => agentId)
  const runner = resources.use(
    await createSessionRunner({ url: opsCore.url, apiKey: API_KEY, api, agentIds, workflowId: WORKFLOW }),
  )
  await runner.run(WARM_UP, AT_ONCE)
  const running = resources.move()
  return {
    async round(): Promise<number> {
      const start = performance.now()
      await runner.run(ROUND, AT_ONCE)
      return (ROUND * 1000) / (performance.now() - start)
    },
    async alone(): Promise<number[]> {
      const times: number[] = []
      for (let n = 0; n < LONE; n += 1) {
        const start = performance.now()
        await runner.run(1, 1)
        times.push(performance.now() - start)
      }
      return times
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

if (import.meta.main) await present([measureAgentRoom])
