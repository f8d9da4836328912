/**
 * How soon after an agent's report does the session's next task arrive?
 *
 * A session of 50 tasks in sequence over two agents in turn, each with a capability of its own. The time is from just
 * before the agent sends the report that ends its task to the arrival of the next task's request at the other agent:
 * over HTTP both ways, everything durable in between. Agents and client share a process, so one clock sees both ends.
 * Once with that session alone, on a server that does nothing else, and once with 16 such sessions over 32 agents. Four
 * commits lie between, one after the other (the report, the task's end, the next one's place, its intent to be sent), so
 * how long the disk takes for one flush is measured beside it, before and after.
 */

import { flushTimes } from './harness/flush-time.ts'
import type { Options } from './harness/options.ts'
import { formatNumber, present, type Report } from './harness/report.ts'
import { API_KEY, createDataFolder, startOpsCoreServer } from './harness/servers/ops-core-server.ts'
import { percentile } from './harness/statistics.ts'
import { type ApiCalls, agentIdOf, connectApi } from './harness/work/fleet.ts'
import { type PromptAgents, startPromptAgents } from './harness/work/prompt-agents.ts'
import { createSessionRunner, type SessionRunner } from './harness/work/session-runner.ts'

const TASKS = 50
const WORKFLOW = 'in_turn'
const LOADS = [1, 16]
/** Sessions before those that count. */
const WARM_UP = 8
/** Sessions of each, in a round. */
const ROUND = 5
/** Milliseconds. */
const TARGET = 5

export async function measureReportToDispatch({ rounds }: Options): Promise<Report> {
  const flushes = measureFlushes()
  const loads = []
  for (const sessions of LOADS) loads.push({ sessions, delays: await delaysOf(sessions, rounds) })
  flushes.push(...measureFlushes())
  const rows = loads.map(({ sessions, delays }) => ({
    sessions,
    samples: delays.length,
    median: percentile(delays, 0.5),
    p95: percentile(delays, 0.95),
    p99: percentile(delays, 0.99),
    max: Math.max(...delays),
  }))
  const alone = rows.find(({ sessions }) => sessions === 1)
  return {
    name: 'From a report to the next task',
    tables: [
      {
        columns: ['sessions at once', 'tasks', 'median ms', 'p95 ms', 'p99 ms', 'longest ms'],
        rows: rows.map(({ sessions, samples, median, p95, p99, max }) => [
          String(sessions),
          formatNumber(samples),
          ...[median, p95, p99, max].map((value) => formatNumber(value, 2)),
        ]),
      },
      {
        columns: ['one flush of the disk', 'median ms', 'p95 ms', 'p99 ms', 'longest ms'],
        rows: [
          [
            formatNumber(flushes.length),
            ...[0.5, 0.95, 0.99, 1].map((share) => formatNumber(percentile(flushes, share), 2)),
          ],
        ],
      },
    ],
    verdicts: [
      {
        target: `median under ${TARGET} ms where nothing else moves`,
        reached: `${formatNumber(alone?.median ?? Number.NaN, 2)} ms`,
        met: (alone?.median ?? Number.POSITIVE_INFINITY) < TARGET,
      },
    ],
    measured: { rows, flushes: { median: percentile(flushes, 0.5), p99: percentile(flushes, 0.99) } },
  }
}

function measureFlushes(): number[] {
  using folder = createDataFolder()
  return flushTimes(folder.path)
}

async function delaysOf(sessions: number, rounds: number): Promise<number[]> {
  using folder = createDataFolder()
  await using opsCore = await startOpsCoreServer(folder.path)
  await using api = connectApi({ url: opsCore.url, apiKey: API_KEY })
  await using agents = await startPromptAgents(api, 2 * sessions)
  const runners = await Promise.all(
    Array.from({ length: sessions }, (_, pair) => runnerOf({ url: opsCore.url, api, pair })),
  )
  await using _runners = disposableAll(runners)
  await runAll(runners, WARM_UP)
  agents.takeDelays()
  return await measureRounds({ runners, agents, rounds })
}

async function measureRounds(parts: { runners: SessionRunner[]; agents: PromptAgents; rounds: number }) {
  const delays: number[] = []
  for (let round = 0; round < parts.rounds; round += 1) {
    await runAll(parts.runners, ROUND)
    delays.push(...parts.agents.takeDelays())
  }
  return delays
}

async function runAll(runners: readonly SessionRunner[], count: number): Promise<void> {
  await Promise.all(runners.map((runner) => runner.run(count, 1)))
}

/** Runs the sessions of one pair of agents. */
async function runnerOf({ url, api, pair }: { url: string; api: ApiCalls; pair: number }): Promise<SessionRunner> {
  const workflowId = `${WORKFLOW}_${pair}`
  const capabilities = [`step_${2 * pair}`, `step_${2 * pair + 1}`]
  const tasks = Array.from({ length: TASKS }, (_, place) => ({
    taskId: `task_${place}`,
    agentCapability: capabilities[place % 2],
    ...(place < TASKS - 1 ? { nextTaskId: `task_${place + 1}` } : {}),
  }))
  await api.put(`/v1/opscore/workflow/${workflowId}`, { id: workflowId, tasks }, 201)
  return createSessionRunner({ url, apiKey: API_KEY, api, agentIds: [agentIdOf(2 * pair)], workflowId })
}

function disposableAll(resources: readonly AsyncDisposable[]): AsyncDisposable {
  const stack = new AsyncDisposableStack()
  for (const resource of resources) stack.use(resource)
  return stack
}

if (import.meta.main) await present([measureReportToDispatch])
