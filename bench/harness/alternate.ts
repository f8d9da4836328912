import { machineCpu, untilQuiet, usageOf } from './process-usage.ts'
import type { ChildServer } from './servers/child-server.ts'
import { type Spread, spreadOf } from './statistics.ts'
import { type LoadFile, type LoadResult, runLoad } from './work/wrk.ts'

export interface Side {
  name: string
  server: ChildServer
  apiKey: string
  requests: LoadFile
  /** Called after each run with what was answered, to hold it against what the server has kept. */
  verify?: (result: LoadResult) => void | Promise<void>
}

export interface SideResult {
  name: string
  perSecond: Spread
  p50: Spread
  p99: Spread
  /** CPU time of the server for each request, in microseconds. */
  cpu: Spread
  rounds: LoadResult[]
}

/** Two sides that were loaded in turn. Ratios are of neighbouring runs, so that what slows the machine slows both. */
export interface Comparison {
  connections: number
  ours: SideResult
  baseline: SideResult
  throughputRatio: Spread
  p99Ratio: Spread
  /** How much of one processor went to processes that are no part of the benchmark, in the worse half of each round. */
  foreignCpu: Spread
  /** Rounds left out because others disturbed them more. */
  repeated: number
}

/**
 * Until the JIT has settled, in seconds; ours has more to compile than a no-op. Of what V8 optimizes under reports, by its own trace, 141
 * functions were done after three seconds, 34 more after six, 12 after nine, 3 after twelve, and then no more.
 */
const WARM_UP = 12
/** A turn in which other processes took more than this of one processor is measured again … */
const QUIET = 0.15
/** … so many times over, for all turns together. What is still disturbed then counts as it is, and is reported. */
const PATIENCE = 2
/** How long a turn waits for others to pause before it begins, in milliseconds. */
const WAIT = 5_000

/**
 * Loads `ours` and `baseline` in turn, `turns` times each, after a warm-up of both. Rounds that other processes disturbed
 * give way to quieter ones; nothing is chosen by its result.
 */
export async function alternate(options: {
  ours: Side
  baseline: Side
  connections: number
  turns: number
  seconds: number
}): Promise<Comparison> {
  const { ours, baseline, connections, turns, seconds } = options
  for (const side of [ours, baseline]) await runOnce(side, { connections, seconds: WARM_UP })
  const pairs: Pair[] = []
  while (pairs.filter(isQuiet).length < turns && pairs.length < turns * PATIENCE) {
    await untilQuiet({ share: QUIET, patience: WAIT })
    const mine = await runOnce(ours, { connections, seconds })
    pairs.push({ mine, theirs: await runOnce(baseline, { connections, seconds }) })
  }
  const taken = pairs.toSorted((a, b) => disturbance(a) - disturbance(b)).slice(0, turns)
  return {
    connections,
    ours: resultOf(
      ours,
      taken.map((pair) => pair.mine),
    ),
    baseline: resultOf(
      baseline,
      taken.map((pair) => pair.theirs),
    ),
    throughputRatio: spreadOf(taken.map(({ mine, theirs }) => mine.perSecond / theirs.perSecond)),
    p99Ratio: spreadOf(taken.map(({ mine, theirs }) => mine.p99 / theirs.p99)),
    foreignCpu: spreadOf(taken.map(disturbance)),
    repeated: pairs.length - taken.length,
  }
}

/** One round. */
interface Pair {
  mine: Run
  theirs: Run
}

const disturbance = ({ mine, theirs }: Pair): number => Math.max(mine.foreignCpu, theirs.foreignCpu)
const isQuiet = (pair: Pair): boolean => disturbance(pair) <= QUIET

interface Run extends LoadResult {
  cpu: number
  foreignCpu: number
}

async function runOnce(side: Side, { connections, seconds }: { connections: number; seconds: number }): Promise<Run> {
  const { server, apiKey, requests } = side
  const before = reading(server)
  const result = await runLoad({ url: server.url, apiKey, requests, connections, seconds })
  const after = reading(server)
  await side.verify?.(result)
  const foreign = after.machine - before.machine - (after.server - before.server) - (after.own - before.own)
  return {
    ...result,
    cpu: ((after.server - before.server) * 1000) / result.requests,
    foreignCpu: Math.max(0, foreign) / (after.time - before.time),
  }
}

/** `own` is this process with the `wrk` that it waited for. */
function reading(server: ChildServer) {
  const self = usageOf('self')
  return { time: performance.now(), machine: machineCpu(), server: server.cpu(), own: self.cpu + self.childrenCpu }
}

function resultOf({ name }: Side, rounds: Run[]): SideResult {
  const spread = (of: (run: Run) => number) => spreadOf(rounds.map(of))
  return {
    name,
    perSecond: spread((run) => run.perSecond),
    p50: spread((run) => run.p50),
    p99: spread((run) => run.p99),
    cpu: spread((run) => run.cpu),
    rounds,
  }
}
