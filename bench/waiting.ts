/**
 * What do sessions cost that only wait, and how soon is Ops-Core there again with all of them?
 *
 * 100 agents take a task each and say nothing more; 10,000 further sessions of the sample workflow wait for them, each
 * with the time-outs of its task and its own. While nothing moves, Ops-Core's CPU is counted to the nanosecond, all
 * threads, beside that of the same server before it had any session. Then it is killed and started again on the same
 * folder, round by round: from the start of the process to the moment at which it listens, with everything derived again,
 * beside a start on an empty folder. After the last start an agent reports its end: the next session must move.
 */
import { wait } from '@opscore/contract/time'
import type { Options } from './harness/options.ts'
import { exactCpu } from './harness/process-usage.ts'
import { formatNumber, formatSpread, present, type Report } from './harness/report.ts'
import type { ChildServer } from './harness/servers/child-server.ts'
import { API_KEY, createDataFolder, startOpsCoreServer } from './harness/servers/ops-core-server.ts'
import { openStateDatabase } from './harness/servers/state-database.ts'
import { spreadOf } from './harness/statistics.ts'
import { type BusyAgents, startBusyAgents } from './harness/work/busy-agents.ts'
import {
  type ApiCalls,
  agentIdOf,
  connectApi,
  detailsOf,
  inParallel,
  registerAgents,
  reportAll,
} from './harness/work/fleet.ts'

const AGENTS = 100
const SESSIONS = 10_000
const WORKFLOW = 'sample_workflow_id'
/** While nothing moves, in milliseconds. */
const STILL = 12_000
/** For what the triggers left behind: garbage, checkpoints, code that is compiled late. In milliseconds. */
const SETTLE = 5_000
const TARGET = { share: 0.01, seconds: 2 }

export async function measureWaiting({ rounds }: Options): Promise<Report> {
  using folder = createDataFolder()
  await using agents = await startBusyAgents()
  const { empty, waiting } = await measureStill(folder.path, agents)
  const starts = await measureStarts(folder.path, agents, rounds)
  const startUp = spreadOf(starts.full)
  const share = (value: number) => `${formatNumber(value * 100, 2)} %`
  return {
    name: `${formatNumber(SESSIONS)} sessions that wait for busy agents`,
    tables: [
      {
        columns: ['', 'no session', `${formatNumber(SESSIONS)} waiting`],
        rows: [
          ['CPU while nothing moves, of one core', share(empty), share(waiting)],
          [
            'from the start of the process until it listens, s',
            formatSpread(spreadOf(starts.empty)),
            formatSpread(startUp),
          ],
        ],
      },
    ],
    verdicts: [
      {
        target: `less than ${share(TARGET.share)} of one core while nothing moves`,
        reached: share(waiting),
        met: waiting < TARGET.share,
      },
      {
        target: `ready in less than ${TARGET.seconds} s after a crash`,
        reached: `${formatSpread(startUp)} s`,
        met: startUp.median < TARGET.seconds,
      },
    ],
    measured: { empty, waiting, starts },
  }
}

/** Leaves the sessions behind in the folder, and the server killed. */
async function measureStill(dataDir: string, agents: BusyAgents): Promise<{ empty: number; waiting: number }> {
  await using opsCore = await startOpsCoreServer(dataDir)
  await using api = connectApi({ url: opsCore.url, apiKey: API_KEY })
  await registerAgents(api, { to: AGENTS, details: (index) => detailsOf(index, { contactEndpoint: agents.url }) })
  await reportAll(api, AGENTS, 'idle')
  const empty = await shareWhileStill(opsCore)
  await inParallel({ from: 0, to: AGENTS + SESSIONS }, (index) =>
    api.post(`/v1/opscore/agent/${agentIdOf(index % AGENTS)}/workflow`, { workflowDefinitionId: WORKFLOW }, 202),
  )
  await untilStill(dataDir)
  const waiting = await shareWhileStill(opsCore)
  if (agents.taken.size !== AGENTS) throw new Error(`${AGENTS} tasks should be with agents, not ${agents.taken.size}`)
  await opsCore.kill()
  return { empty, waiting }
}

async function untilStill(dataDir: string): Promise<void> {
  using database = openStateDatabase(dataDir)
  for (let look = 0; look < 600; look += 1) {
    const { waiting, effects } = database.backlog()
    if (waiting === SESSIONS && effects === 0) return
    await wait(100)
  }
  throw new Error(`${SESSIONS} tasks should wait and nothing be undone: ${JSON.stringify(database.backlog())}`)
}

async function shareWhileStill({ pid }: ChildServer): Promise<number> {
  await wait(SETTLE)
  const start = performance.now()
  const before = exactCpu(pid)
  await wait(STILL)
  return (exactCpu(pid) - before) / (performance.now() - start)
}

async function measureStarts(dataDir: string, agents: BusyAgents, rounds: number) {
  const starts: { empty: number[]; full: number[] } = { empty: [], full: [] }
  for (let round = 0; round < rounds; round += 1) {
    using fresh = createDataFolder()
    starts.empty.push(await secondsToStart(fresh.path, (opsCore) => opsCore.kill()))
    const isLast = round === rounds - 1
    starts.full.push(
      await secondsToStart(dataDir, async (opsCore) => {
        if (isLast) await checkItMoves(opsCore, agents)
        await opsCore.kill()
      }),
    )
  }
  return starts
}

async function secondsToStart(dataDir: string, then: (opsCore: ChildServer) => Promise<void>): Promise<number> {
  const start = performance.now()
  await using opsCore = await startOpsCoreServer(dataDir)
  const seconds = (performance.now() - start) / 1000
  await then(opsCore)
  return seconds
}

/** One agent ends its task: the first that waits for it must come, though this process never saw it begin to wait. */
async function checkItMoves(opsCore: ChildServer, agents: BusyAgents): Promise<void> {
  await using api: ApiCalls = connectApi({ url: opsCore.url, apiKey: API_KEY })
  const agent = await api.get(`/v1/opscore/agent/${agentIdOf(0)}`)
  const next = agents.nextTask()
  await api.post(`/v1/opscore/agent/${agentIdOf(0)}/state`, reportOfEnd(agent), 202)
  const moved = await Promise.race([next, wait(10_000).then(() => null)])
  if (moved === null) throw new Error('An agent became free, and no session that waits for it has moved')
}

function reportOfEnd(agent: unknown): object {
  const places =
    typeof agent === 'object' && agent !== null && 'places' in agent && Array.isArray(agent.places) ? agent.places : []
  const attemptId: string = places[0]?.attemptId ?? ''
  return {
    agentId: agentIdOf(0),
    timestamp: new Date().toISOString(),
    state: 'idle',
    details: { opscore_task_id: attemptId },
  }
}

if (import.meta.main) await present([measureWaiting])
