/**
 * What does a whole session cost over Redis, with how many workers, and how much of BullMQ's own pace is that?
 *
 * The sample workflow of two tasks, 64 sessions open at a time, over 64 agents in one other process that answer a task at
 * once (bench/session.ts). In turn: one process that does everything; one that takes requests with one worker; and with
 * two. Each has a redis-server of its own, which appends to its log and flushes it every second. Every session must
 * complete, and the store must say so. Wake-ups are counted by what BullMQ's own events say was completed.
 *
 * In the same rounds BullMQ alone, with the options of the wake queue: one process adds as many jobs as the round before had
 * wake-ups, up to 500 in a call; one worker, then two, do nothing with them. The ratio is wake-ups handled a second, during
 * the sessions, to these jobs a second. It says how much of what the queue could do is done while each wake-up also reads,
 * decides, commits and sends; and with the wake-ups a session it says what the queue alone would allow. It falls where a
 * session needs fewer wake-ups at the same pace: read it beside sessions a second.
 */

import type { Options } from './harness/options.ts'
import { formatSpread, present, type Report } from './harness/report.ts'
import { createDataFolder } from './harness/servers/ops-core-server.ts'
import { startRedisServer } from './harness/servers/redis-server.ts'
import { spreadOf } from './harness/statistics.ts'
import { type RawQueue, startRawQueue } from './harness/work/raw-queue.ts'
import { type SessionRound, type SessionTopology, startSessionTopology } from './harness/work/session-topology.ts'

/** Sessions of one round. */
const ROUND = 2_000

interface SideResult {
  name: string
  rounds: SessionRound[]
  /** Jobs a second of BullMQ alone, with as many workers; none where there is no worker. */
  raw: number[]
}

export async function measureSessionOnRedis({ rounds }: Options): Promise<Report> {
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(createDataFolder())
  const redis = resources.use(await startRedisServer(folder.path))
  const sides: { topology: SessionTopology; rawQueue: RawQueue | null; result: SideResult }[] = []
  for (const workers of [0, 1, 2]) {
    const topology = resources.use(await startSessionTopology({ workers }))
    const rawQueue = workers === 0 ? null : resources.use(await startRawQueue(redis, { workers }))
    await rawQueue?.run(ROUND)
    sides.push({ topology, rawQueue, result: { name: topology.name, rounds: [], raw: [] } })
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { topology, rawQueue, result } of sides) {
      const measured = await topology.round(ROUND)
      result.rounds.push(measured)
      if (rawQueue) result.raw.push(await rawQueue.run(measured.wakeUps))
    }
  }
  for (const { topology } of sides) topology.checkAllCompleted()
  const results = sides.map(({ result }) => result)
  return {
    name: 'A whole session of two tasks on Redis, beside BullMQ alone',
    tables: [sessionTable(results), rawTable(results.filter(({ raw }) => raw.length > 0))],
    verdicts: [],
    measured: { results },
  }
}

function sessionTable(results: readonly SideResult[]) {
  return {
    columns: ['processes', 'sessions/s', 'CPU ms/session: requests', 'workers', 'redis-server', 'wake-ups/session'],
    rows: results.map(({ name, rounds }) => {
      const spread = (of: (round: SessionRound) => number, digits = 2) => formatSpread(spreadOf(rounds.map(of)), digits)
      return [
        name,
        spread(({ perSecond }) => perSecond, 0),
        spread(({ cpu }) => cpu.api),
        spread(({ cpu }) => cpu.workers),
        spread(({ cpu }) => cpu.redis),
        spread(({ wakeUps }) => wakeUps / ROUND),
      ]
    }),
  }
}

function rawTable(results: readonly SideResult[]) {
  return {
    columns: ['processes', 'wake-ups/s', 'BullMQ alone, jobs/s', 'ratio'],
    rows: results.map(({ name, rounds, raw }) => {
      const handled = rounds.map(({ wakeUpsPerSecond }) => wakeUpsPerSecond)
      const ratios = handled.map((each, index) => each / (raw[index] ?? Number.NaN))
      return [name, formatSpread(spreadOf(handled), 0), formatSpread(spreadOf(raw), 0), formatSpread(spreadOf(ratios))]
    }),
  }
}

if (import.meta.main) await present([measureSessionOnRedis])
