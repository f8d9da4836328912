/**
 * Brings waiting tasks and agents with room together. It is moved by events alone: a task that joined a line, an agent
 * that became ready. Choosing is a read without guarantee; taking the place is a command that the agent may refuse, and
 * then the task stays in its line (engine.md, "Room and routing").
 */
import type { RoutingReceipt } from '@opscore/contract'
import type { CompiledTask } from '@opscore/workflow'
import type { Agents, RunningSession, Sessions } from '../aggregate/agents-and-sessions.ts'
import { RecentMap } from '../aggregate/kept/recent-map.ts'
import { availabilityOf, findPlace, roomOf } from '../core/agent/availability.ts'
import type { AgentState } from '../core/agent/state.ts'
import { areForFirstAttempts, firstInOrder, onlyChoice, receiptFor, routingEntryOf } from '../core/routing.ts'
import { parseAttemptId, parseTaskId } from '../core/session/state.ts'
import { agentLine, capabilityLine, readLine, type Waiter } from '../core/waiting-line/waiter.ts'
import type { Log } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'
import { createLooker, createTurns } from './line-looks.ts'
import type { LineMarks } from './line-marks.ts'
import type { Lines } from './lines.ts'

export interface Router {
  /** The agent may be able to take what waits. */
  agentReady(agentId: string): void
  /** Somebody stands in this line. */
  lineOpen(line: string): void
  /** They came to stand in their lines. */
  joined(waiters: readonly Waiter[]): void
  /** A sweep found somebody in this line: it is looked at as well, though not before many others that a sweep found. */
  lineFound(line: string): void
  /** The attempt has left its line, or its session will not have the place: it may be placed again. */
  settled(attemptId: string): void
  /** The agent is gone, can do less than before, or ranks behind others: tasks that wait for it may have to wait elsewhere. */
  capabilitiesLost(agentId: string, before: readonly string[]): void
  /** The agent is there; if it has registered since this was called last, it may be able to do less than before. */
  registeredAt(agentId: string, time: number): void
  /** Lines that were found and had no turn yet have none: the sweep of the next start finds them. */
  close(): void
}

/** Tasks of a line that are asked at once whether they still belong there. */
const REQUEUE = 500
/** Tasks for one agent that are placed at once; however much room it has, the rest comes with the next look. */
const AT_ONCE = 32
/** Agents of which is kept how they had registered when their lines were looked through; of others it is done again. */
const LOOKED_THROUGH = 20_000
/** Attempts that were not wanted any more, of which is kept that those behind them were looked at. */
const UNWANTED = 1_000
/** Candidates that a choice is made from, and that its receipt names. */
const CANDIDATES = 20

interface RouterParts {
  store: Store
  agents: Agents
  sessions: Sessions
  lines: Pick<Lines, 'of'>
  marks: Pick<LineMarks, 'mark' | 'look'>
  log: Log
  /** Something stays undone for now. */
  trouble: () => void
}

export function createRouter(parts: RouterParts): Router {
  const bench: Bench = {
    ...parts,
    placing: new Map(),
    unwanted: new RecentMap(UNWANTED, () => false),
    whole: new Set(),
    fresh: new Map(),
  }
  const look = createLooker(parts)
  const lookedThrough = new RecentMap<{ weight: number; time: number }>(LOOKED_THROUGH, () => false)

  async function serve(line: string): Promise<void> {
    const { agentId, capability } = readLine(line)
    if (agentId !== undefined) await look(line, () => serveAgent(bench, agentId, lineOpen))
    if (capability !== undefined) await look(line, () => serveLine(bench, line, capability))
  }

  /** Whoever stands in it may have to wait elsewhere. */
  function lineOpen(line: string): void {
    bench.whole.add(line)
    open(line, [])
  }

  /** Nobody is waited for where it is plain that nothing is possible. */
  function open(line: string, joined: readonly Waiter[]): void {
    const { agentId } = readLine(line)
    const agent = agentId === undefined ? undefined : parts.agents.known(agentId)
    const isBusy = agent && agent.live.deregisteredAt === null && availabilityOf(agent) !== 'READY'
    if (isBusy) return
    if (joined.length > 0) bench.fresh.set(line, [...(bench.fresh.get(line) ?? []), ...joined])
    void serve(line)
  }

  /** Whoever joined its line while it came to stand back is still in there. */
  async function serveFound(line: string): Promise<void> {
    const { agentId } = readLine(line)
    const agent = agentId === undefined ? null : await parts.agents.peek(agentId).catch(() => null)
    if (agent && standsBack(agent)) await look(`requeue:${agentId}`, () => requeue(bench, line))
    bench.whole.add(line)
    await serve(line)
  }

  /** Its agent came to stand back while the session chose the line. */
  function isLate({ line }: Waiter): boolean {
    const { agentId } = readLine(line)
    const agent = agentId === undefined ? undefined : parts.agents.known(agentId)
    return agent ? standsBack(agent) : false
  }

  const turns = createTurns(serveFound)

  return {
    agentReady: (agentId) => lineOpen(agentLine(agentId)),
    lineOpen,
    joined(waiters) {
      for (const [line, joined] of Map.groupBy(waiters, (waiter) => waiter.line)) {
        parts.marks.mark(line)
        open(line, joined)
      }
      for (const { attemptId } of waiters) bench.unwanted.delete(attemptId)
      for (const waiter of waiters) if (isLate(waiter)) void look(`move:${waiter.attemptId}`, () => move(bench, waiter))
    },
    lineFound(line) {
      parts.marks.mark(line)
      turns.add(line)
    },
    settled: (attemptId) => void bench.placing.delete(attemptId),
    capabilitiesLost(agentId, before) {
      void look(`requeue:${agentId}`, () => requeue(bench, agentLine(agentId)))
      for (const capability of before) lineOpen(capabilityLine(capability))
    },
    registeredAt(agentId, time) {
      if (lookedThrough.get(agentId)?.time === time) return
      void look(`requeue:${agentId}`, async () => {
        await requeue(bench, agentLine(agentId))
        lookedThrough.delete(agentId)
        lookedThrough.set(agentId, { weight: 1, time })
        return false
      })
    },
    close: turns.clear,
  }
}

/**
 * `placing` holds the attempts whose place was asked for, until their session has heard of it, and since when they waited: one
 * that was refused and waits again is another. `unwanted` holds attempts whose session did not want the place any more. `fresh` holds who joined a
 * line since it was looked at, `whole` the lines in which more than those may have to wait elsewhere.
 */
type Bench = RouterParts & {
  placing: Map<string, number>
  unwanted: RecentMap<{ weight: number }>
  fresh: Map<string, readonly Waiter[]>
  whole: Set<string>
}

/** Whether tasks that others may do wait for others rather than for this agent (lines.ts). */
const standsBack = ({ live }: AgentState): boolean =>
  live.demoted !== undefined || live.hold !== undefined || live.silence === 'offline'

const isPlacing = ({ placing }: Bench, { attemptId, since }: Waiter): boolean => placing.get(attemptId) === since

/** Waiters that are passed over in one look for those that suit. */
const PASSED_OVER = 2_000

/** The first that suit and are not being placed already. Few are read beside those: a line may be long. */
async function waitersIn(
  bench: Bench,
  lines: string[],
  wanted: number,
  suits: (waiter: Waiter) => boolean = () => true,
): Promise<Waiter[]> {
  let passed = 0
  for (;;) {
    const limit = wanted + bench.placing.size + passed
    const conclude = bench.marks.look()
    const found = await bench.store.waiters(lines, limit)
    if (found.length < limit) {
      const standing = new Set(found.filter((waiter) => !isPlacing(bench, waiter)).map(({ line }) => line))
      conclude(lines.filter((line) => !standing.has(line)))
    }
    const free = found.filter((waiter) => suits(waiter) && !isPlacing(bench, waiter)).slice(0, wanted)
    // Whoever came to be placed during the read may have hidden others who stand behind.
    if (free.length === wanted || found.length < limit || passed > PASSED_OVER) return free
    passed = 2 * found.filter((waiter) => !suits(waiter)).length
  }
}

const isFirstAttempt = ({ attemptId }: Waiter): boolean => parseAttemptId(attemptId)?.attempt === 1

/**
 * `true` where more may be possible. A task that this agent refuses may have been passed over by another one meanwhile,
 * so its line is looked at again.
 */
async function serveAgent(bench: Bench, agentId: string, lineOpen: (line: string) => void): Promise<boolean> {
  const agent = await bench.agents.read(agentId)
  const line = agentLine(agentId)
  if (!agent || agent.live.deregisteredAt !== null) return moveOn(bench, line)
  bench.fresh.delete(line)
  if (availabilityOf(agent) !== 'READY') return false
  const shared = agent.registration.capabilities.map(capabilityLine)
  // Those ranked before it come first there, and it may be passed over.
  if (agent.live.demoted) for (const line of shared) lineOpen(line)
  const lines = agent.live.demoted ? [agentLine(agentId)] : [agentLine(agentId), ...shared]
  const room = roomOf(agent) - agent.live.places.length
  const waiters = await waitersIn(bench, lines, Math.min(room, AT_ONCE))
  const placed = await Promise.all(
    waiters.map(async (waiter) => place(bench, waiter, agentId, await receiptOf(bench, waiter, agent))),
  )
  const refused = waiters.filter((waiter, index) => placed[index] === 'refused' && waiter.line !== agentLine(agentId))
  for (const line of new Set(refused.map((waiter) => waiter.line))) lineOpen(line)
  // Where another agent was quicker, this one has its room still; with none left there is nothing to look for.
  return placed.includes('taken') || placed.includes('elsewhere')
}

/** Goes on until nobody waits or nobody is ready; who refuses is not asked twice in one look. */
async function serveLine(bench: Bench, line: string, capability: string): Promise<boolean> {
  const refused = new Set<string>()
  for (;;) {
    const candidates = await bench.store.candidates(capability, CANDIDATES)
    if (candidates.length === 0) return moveOn(bench, line)
    bench.fresh.delete(line)
    const ready = firstInOrder(candidates.filter((entry) => !refused.has(entry.agentId)))
    if (ready.length === 0) return false
    const suits = areForFirstAttempts(ready, candidates) ? isFirstAttempt : undefined
    const waiters = await waitersIn(bench, [line], ready.length, suits)
    if (waiters.length === 0) return false
    const chosen = ready.slice(0, waiters.length)
    const tries = chosen.map(async (entry, index) => {
      const waiter = waiters[index]
      const placed = waiter && (await place(bench, waiter, entry.agentId, receiptFor(entry, candidates)))
      if (placed === 'refused') refused.add(entry.agentId)
    })
    await Promise.all(tries)
  }
}

type Placed = 'taken' | 'last' | 'refused' | 'elsewhere'

/** `last` where the agent has room for no other; `refused` by the agent; `elsewhere` where another look places the attempt. */
async function place(bench: Bench, waiter: Waiter, agentId: string, receipt: RoutingReceipt): Promise<Placed> {
  const { attemptId, sessionId, taskId, since } = waiter
  if (isPlacing(bench, waiter)) return 'elsewhere'
  bench.placing.set(attemptId, since)
  let taken = false
  try {
    const agent = await bench.agents.execute(agentId, { type: 'take-place', attemptId, sessionId, taskId, receipt })
    taken = agent !== null && findPlace(agent, attemptId) !== undefined
    if (!agent || !taken) return agent && wasUnwanted(bench, agent, attemptId) ? 'elsewhere' : 'refused'
    return availabilityOf(agent) === 'READY' ? 'taken' : 'last'
  } finally {
    if (!taken) {
      bench.placing.delete(attemptId)
      bench.marks.mark(waiter.line)
    }
  }
}

/**
 * The agent is ready still, so its session did not want the place and has left the line: whoever stands behind it has a chance. Said
 * once for an attempt, so that a line that holds it for ever is not looked at for ever.
 */
function wasUnwanted({ unwanted }: Bench, agent: AgentState, attemptId: string): boolean {
  if (availabilityOf(agent) !== 'READY' || unwanted.has(attemptId)) return false
  unwanted.set(attemptId, { weight: 1 })
  return true
}

/** For an agent that became ready: the line says whether others could have had the task. */
async function receiptOf({ store, sessions }: Bench, waiter: Waiter, agent: AgentState): Promise<RoutingReceipt> {
  const { capability } = readLine(waiter.line)
  const entry = routingEntryOf(agent)
  if (capability !== undefined && entry) return receiptFor(entry, await store.candidates(capability, CANDIDATES))
  const running = await sessions.peek(waiter.sessionId)
  return onlyChoice(agent, (running && taskOf(running, waiter.taskId)) ?? null)
}

/**
 * Nobody can take what stands in the line. Those who joined since the last look are asked whether they belong there; all are only where that may have
 * changed for all: each that joins would go through the whole line else.
 */
async function moveOn(bench: Bench, line: string): Promise<false> {
  const fresh = bench.fresh.get(line) ?? []
  bench.fresh.delete(line)
  if (bench.whole.delete(line)) return requeue(bench, line)
  for (const waiter of fresh) await move(bench, waiter)
  return false
}

/** Moves the tasks that would not choose this line any more; nothing more is possible in it then. */
async function requeue(bench: Bench, line: string): Promise<false> {
  const asked = new Set<string>()
  for (;;) {
    const found = await bench.store.waiters([line], REQUEUE + asked.size)
    const waiters = found.filter((waiter) => !asked.has(waiter.attemptId))
    if (waiters.length === 0) return false
    for (const waiter of waiters) {
      asked.add(waiter.attemptId)
      await move(bench, waiter)
    }
  }
}

/** To the line that it would choose by what is true by now. */
async function move({ sessions, lines }: Bench, { attemptId, sessionId, taskId, line }: Waiter): Promise<false> {
  const running = await sessions.peek(sessionId)
  const task = running && taskOf(running, taskId)
  if (!task || (await lines.of(task, running.session, running.workflow)) === line) return false
  await sessions.execute(sessionId, { type: 'requeue', attemptId })
  return false
}

const taskOf = ({ workflow }: RunningSession, taskId: string): CompiledTask | undefined =>
  workflow.tasks[parseTaskId(taskId)?.index ?? -1]
