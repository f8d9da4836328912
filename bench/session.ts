/**
 * What does a whole session cost?
 *
 * The sample workflow of two tasks, 64 sessions open at a time, over 64 agents in one other process that answer a task at
 * once: they report `active`, then `idle` with a result, each after the answer to the one before; or they answer with the
 * result. In turn with Ops-Core sending straight to the agents, and through AgentKit. One client triggers and hears of the ends on the event stream.
 * Counted from a round's first trigger to its last end; every session must complete. CPU is that of the server processes
 * alone. Memory is what a session leaves behind in Ops-Core, after garbage collection: once finished, and while it waits
 * for an agent that is not ready.
 */
import { freePort } from '@opscore/host'
import type { Options } from './harness/options.ts'
import { formatNumber, formatSpread, present, type Report } from './harness/report.ts'
import { startAgentKitServer } from './harness/servers/agentkit-server.ts'
import { startChildServer } from './harness/servers/child-server.ts'
import { API_KEY, createDataFolder, startOpsCoreServer } from './harness/servers/ops-core-server.ts'
import { openStateDatabase } from './harness/servers/state-database.ts'
import { spreadOf } from './harness/statistics.ts'
import { type ApiCalls, agentIdOf, connectApi, inParallel, registerAgents } from './harness/work/fleet.ts'
import { createSessionRunner } from './harness/work/session-runner.ts'

const AT_ONCE = 64
const WEBHOOK_SECRET = 'benchmark-secret'
const WORKFLOW = 'sample_workflow_id'
/** Sessions of one round. */
const ROUND = 2_000
const WARM_UP = 500
/** Sessions that wait, for their memory. */
const WAITING = 20_000

interface Round {
  perSecond: number
  /** Milliseconds a session. */
  cpu: number
  agentKitCpu: number
}

export async function measureSession({ rounds }: Options): Promise<Report> {
  await using resources = new AsyncDisposableStack()
  const setUp = async (way: Way) => resources.use(await startSetup(way))
  const direct = await setUp({ throughAgentKit: false, answers: false })
  const through = await setUp({ throughAgentKit: true, answers: false })
  const answered = await setUp({ throughAgentKit: false, answers: true })
  const answeredThrough = await setUp({ throughAgentKit: true, answers: true })
  const before = await direct.opsCore.memory()
  const results: Record<'direct' | 'through' | 'answered' | 'answeredThrough', Round[]> = {
    ...{ direct: [], through: [], answered: [], answeredThrough: [] },
  }
  for (let round = 0; round < rounds; round += 1) {
    results.direct.push(await direct.round())
    results.through.push(await through.round())
    results.answered.push(await answered.round())
    results.answeredThrough.push(await answeredThrough.round())
  }
  const after = await direct.opsCore.memory()
  for (const setup of [direct, through, answered, answeredThrough]) setup.checkAllCompleted(WARM_UP + rounds * ROUND)
  const finished = perSession(before, after, rounds * ROUND)
  const waiting = await measureWaiting()

  const row = (name: string, measured: Round[]) => [
    name,
    formatSpread(spreadOf(measured.map((each) => each.perSecond)), 0),
    formatSpread(spreadOf(measured.map((each) => each.cpu))),
    formatSpread(spreadOf(measured.map((each) => each.agentKitCpu))),
  ]
  const bytes = (name: string, { heap, resident }: { heap: number; resident: number }) => [
    name,
    formatNumber(heap),
    formatNumber(resident),
  ]
  return {
    name: 'A whole session of two tasks',
    tables: [
      {
        columns: ['way', 'sessions/s', 'Ops-Core CPU ms/session', 'AgentKit CPU ms/session'],
        rows: [
          row('direct', results.direct),
          row('through AgentKit', results.through),
          row('direct, answered with the result', results.answered),
          row('through AgentKit, answered with the result', results.answeredThrough),
        ],
      },
      {
        columns: ['memory in Ops-Core', 'heap bytes/session', 'resident bytes/session'],
        rows: [bytes(`finished (${rounds * ROUND})`, finished), bytes(`waiting (${WAITING})`, waiting)],
      },
    ],
    verdicts: [],
    measured: { ...results, finished, waiting },
  }
}

interface Way {
  throughAgentKit: boolean
  /** The agents answer with the result. */
  answers: boolean
}

async function startSetup({ throughAgentKit, answers }: Way) {
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(createDataFolder())
  const port = throughAgentKit ? await freePort() : undefined
  const kitUrl: Record<string, string> = port === undefined ? {} : { AGENTKIT_API_URL: `http://127.0.0.1:${port}` }
  const opsCore = resources.use(
    await startOpsCoreServer(folder.path, { OPSCORE_WEBHOOK_SECRET: WEBHOOK_SECRET, ...kitUrl }),
  )
  const kit = { dataDir: folder.path, opsCoreUrl: opsCore.url, webhookSecret: WEBHOOK_SECRET }
  const agentKit = port === undefined ? undefined : resources.use(await startAgentKitServer({ ...kit, port }))
  const env = {
    OPSCORE_API_URL: opsCore.url,
    OPSCORE_API_KEY: API_KEY,
    AGENTS: String(AT_ONCE),
    ...kitUrl,
    ...(answers ? { ANSWERS: '1' } : {}),
  }
  resources.use(await startChildServer({ entry: 'agents.ts', env }))
  const api = resources.use(connectApi({ url: opsCore.url, apiKey: API_KEY }))
  const agentIds = await listAgentIds(api)
  const runner = resources.use(
    await createSessionRunner({ url: opsCore.url, apiKey: API_KEY, api, agentIds, workflowId: WORKFLOW }),
  )
  await runner.run(WARM_UP, AT_ONCE)
  const running = resources.move()

  return {
    opsCore,
    async round(): Promise<Round> {
      const reading = () => ({ time: performance.now(), cpu: opsCore.cpu(), kit: agentKit?.cpu() ?? 0 })
      const begin = reading()
      await runner.run(ROUND, AT_ONCE)
      const end = reading()
      return {
        perSecond: (ROUND * 1000) / (end.time - begin.time),
        cpu: (end.cpu - begin.cpu) / ROUND,
        agentKitCpu: (end.kit - begin.kit) / ROUND,
      }
    },
    checkAllCompleted(expected: number) {
      using database = openStateDatabase(folder.path)
      const sessions = database.sessions()
      const completed = sessions.find((each) => each.status === 'completed')?.count ?? 0
      if (sessions.length === 1 && completed === expected) return
      throw new Error(`${expected} sessions should be completed, but there are ${JSON.stringify(sessions)}`)
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

async function listAgentIds(api: ApiCalls): Promise<string[]> {
  const page = await api.get(`/v1/opscore/agent?limit=${AT_ONCE}`)
  const items: { agentId: string }[] =
    typeof page === 'object' && page !== null && 'items' in page && Array.isArray(page.items) ? page.items : []
  if (items.length !== AT_ONCE) throw new Error(`${AT_ONCE} agents should be registered, but ${items.length} are`)
  return items.map((item) => item.agentId)
}

/** Sessions whose agents have registered, but not reported: the first task waits. */
async function measureWaiting() {
  using folder = createDataFolder()
  await using opsCore = await startOpsCoreServer(folder.path)
  await using api = connectApi({ url: opsCore.url, apiKey: API_KEY })
  await registerAgents(api, { to: AT_ONCE })
  const trigger = (count: number) =>
    inParallel({ from: 0, to: count }, (index) =>
      api.post(`/v1/opscore/agent/${agentIdOf(index % AT_ONCE)}/workflow`, { workflowDefinitionId: WORKFLOW }, 202),
    )
  await trigger(WARM_UP)
  const before = await opsCore.memory()
  await trigger(WAITING)
  return perSession(before, await opsCore.memory(), WAITING)
}

interface Bytes {
  heap: number
  resident: number
}

function perSession(before: Bytes, after: Bytes, count: number): Bytes {
  return { heap: (after.heap - before.heap) / count, resident: (after.resident - before.resident) / count }
}

if (import.meta.main) await present([measureSession])
