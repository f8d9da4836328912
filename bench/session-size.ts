/**
 * What does a task cost in a large session, compared with one in a small session?
 *
 * Workflows of 1, 10, 100 and 500 tasks, in sequence (each task takes the result of the one before) and fanned out and
 * joined (a first task, all others at once, a last one). Parameters and results have 200 characters. Over HTTP: agents in
 * another process that answer a task at once, as in session.ts. Four sessions are open at a time over four agents with
 * room for one task each, so that four tasks are under way whatever the size; their agents are chosen by capability, so
 * that all that waits stands in one line. Each size runs the same number of tasks, sizes and shapes in turn.
 *
 * CPU is Ops-Core's alone, both threads. Written is what it had written to disk, log and checkpoints alike; kept is by how
 * much its file grew. Heap is what the sessions leave in memory once they have ended.
 */

import type { Options } from './harness/options.ts'
import { writtenBy } from './harness/process-usage.ts'
import { formatSpread, present, type Report } from './harness/report.ts'
import { startChildServer } from './harness/servers/child-server.ts'
import { API_KEY, createDataFolder, startOpsCoreServer } from './harness/servers/ops-core-server.ts'
import { openStateDatabase } from './harness/servers/state-database.ts'
import { spreadOf } from './harness/statistics.ts'
import { agentIdOf, connectApi, detailsOf, registerAgents } from './harness/work/fleet.ts'
import { createSessionRunner } from './harness/work/session-runner.ts'
import { type Shape, sizedWorkflow } from './harness/work/sized-workflow.ts'

const SIZES = [1, 10, 100, 500]
const SHAPES: readonly Shape[] = ['sequence', 'fan-out']
/** Sessions open at a time, and agents. */
const AT_ONCE = 4
/** Of one round of each shape and size. */
const TASKS = 2_000
const WARM_UP = 500
const RESULT = 200
/** A task of 500 may cost so much more than one of 10. */
const TARGET = 1.5
const [SMALL, LARGE] = [10, 500]

/** For each task. */
const MEASURES = { cpu: 'CPU µs', written: 'bytes written', kept: 'bytes kept', heap: 'heap bytes' }
type Measure = keyof typeof MEASURES
type Round = Record<Measure, number>

interface Row {
  shape: Shape
  size: number
  rounds: Round[]
}

export async function measureSessionSize({ rounds }: Options): Promise<Report> {
  const setup = await startSetup()
  await using _setup = setup
  const rows: Row[] = SHAPES.flatMap((shape) => SIZES.map((size) => ({ shape, size, rounds: [] })))
  for (const { shape, size } of rows) await setup.run(shape, size, WARM_UP)
  for (let round = 0; round < rounds; round += 1) {
    for (const row of rows) row.rounds.push(await setup.measure(row.shape, row.size))
  }
  setup.checkAllCompleted()
  const measures = Object.keys(MEASURES).filter((name): name is Measure => name in MEASURES)
  return {
    name: "A session's cost against its size",
    tables: [
      {
        columns: ['shape', 'tasks', ...measures.map((name) => `${MEASURES[name]}/task`)],
        rows: rows.map(({ shape, size, rounds: measured }) => [
          shape,
          String(size),
          ...measures.map((name) => formatSpread(spreadOf(measured.map((each) => each[name])), 0)),
        ]),
      },
    ],
    verdicts: SHAPES.flatMap((shape) =>
      (['cpu', 'written', 'kept'] as const).map((name) => verdict(rows, shape, name)),
    ),
    measured: { rows },
  }
}

/** Of the rounds' neighbours, so that what slows the machine slows both. */
function verdict(rows: readonly Row[], shape: Shape, measure: Measure) {
  const of = (size: number) => rows.find((row) => row.shape === shape && row.size === size)?.rounds ?? []
  const small = of(SMALL)
  const ratio = spreadOf(of(LARGE).map((round, index) => round[measure] / (small[index]?.[measure] ?? Number.NaN)))
  return {
    target: `${shape}: ${MEASURES[measure]} a task of ${LARGE} at most ${TARGET} of one of ${SMALL}`,
    reached: formatSpread(ratio),
    met: ratio.median <= TARGET,
  }
}

async function startSetup() {
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(createDataFolder())
  const opsCore = resources.use(await startOpsCoreServer(folder.path))
  const api = resources.use(connectApi({ url: opsCore.url, apiKey: API_KEY }))
  const env = {
    OPSCORE_API_URL: opsCore.url,
    OPSCORE_API_KEY: API_KEY,
    AGENTS: String(AT_ONCE),
    RESULT: String(RESULT),
  }
  resources.use(await startChildServer({ entry: 'agents.ts', env }))
  // Whom the sessions belong to: it can do nothing itself, so every task goes to whoever has the capability.
  const owner = agentIdOf(AT_ONCE)
  await registerAgents(api, {
    from: AT_ONCE,
    to: AT_ONCE + 1,
    details: (index) => detailsOf(index, { capabilities: [] }),
  })
  const database = resources.use(openStateDatabase(folder.path))
  const workflowOf = (shape: Shape, size: number) => `${shape}-${size}`
  for (const shape of SHAPES) {
    for (const size of SIZES) {
      const id = workflowOf(shape, size)
      await api.put(`/v1/opscore/workflow/${id}`, sizedWorkflow(id, size === 1 ? 'sequence' : shape, size), 201)
    }
  }
  let begun = 0
  const running = resources.move()

  async function run(shape: Shape, size: number, tasks: number): Promise<void> {
    const client = { url: opsCore.url, apiKey: API_KEY, api, agentIds: [owner], workflowId: workflowOf(shape, size) }
    await using runner = await createSessionRunner(client)
    await runner.run(tasks / size, AT_ONCE)
    begun += tasks / size
  }

  async function reading(): Promise<Round> {
    const { heap } = await opsCore.memory()
    return { cpu: opsCore.cpu() * 1000, written: writtenBy(opsCore.pid), kept: database.size(), heap }
  }

  return {
    run,
    async measure(shape: Shape, size: number): Promise<Round> {
      const before = await reading()
      await run(shape, size, TASKS)
      // Before the garbage of it is collected: that is no part of the sessions' cost.
      const cpu = opsCore.cpu() * 1000
      const after = await reading()
      return {
        cpu: (cpu - before.cpu) / TASKS,
        written: (after.written - before.written) / TASKS,
        kept: (after.kept - before.kept) / TASKS,
        heap: (after.heap - before.heap) / TASKS,
      }
    },
    checkAllCompleted() {
      const sessions = database.sessions()
      if (sessions.length === 1 && sessions[0]?.status === 'completed' && sessions[0].count === begun) return
      throw new Error(`${begun} sessions should be completed, but there are ${JSON.stringify(sessions)}`)
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

if (import.meta.main) await present([measureSessionSize])
