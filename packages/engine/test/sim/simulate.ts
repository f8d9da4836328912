/**
 * One seed's story: a fleet and its workflows under faults for some minutes of virtual time, processes that die without a
 * word or stand still, then a healed world in which everything has to come to its end. Every other seed has one process;
 * the others have several, over one store and one queue.
 */

import type { PendingEffect } from '../../src/core/effect.ts'
import { createMemoryStore } from '../../src/memory/memory-store.ts'
import type { Log } from '../../src/ports/log.ts'
import type { Store } from '../../src/ports/store.ts'
import { type Cluster, createCluster } from './cluster.ts'
import type { AcknowledgedReport } from './log-invariants.ts'
import { createQueueBroker, type QueueBroker } from './queue-broker.ts'
import { randomWorkflow } from './random-workflow.ts'
import { createSimAgent, type SimAgent } from './sim-agent.ts'
import { type ClientRecord, createSimClient } from './sim-client.ts'
import type { AgentKind } from './sim-hands.ts'
import { createSimReader } from './sim-reader.ts'
import { stuckWaiters } from './stuck-waiters.ts'
import {
  createDice,
  createSeededIds,
  createVirtualClock,
  createWallClock,
  type Dice,
  diceOf,
  type VirtualClock,
} from './virtual-world.ts'
import { createWitness, type Witness } from './witness.ts'
import { createWorkflowBook, type WorkflowBook } from './workflow-book.ts'
import type { World } from './world.ts'

export interface Story {
  seed: number
  store: Store
  workflowOf: WorkflowBook
  clock: VirtualClock
  agents: ReadonlyMap<string, SimAgent>
  client: ClientRecord
  reports: AcknowledgedReport[]
  /** What was seen to be wrong on the way; each begins with the number of its invariant. */
  found: string[]
  /** What the event stream's reader missed, or got too often. */
  streamed: () => Promise<string[]>
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }
const START = Date.UTC(2026, 0, 1)
const FAULTY = 240_000
/** How often everything that is open is asked why. */
const ASKING = 60_000
/** Long enough for every unreachable agent to be probed: then nobody waits for one that is ready. */
const SETTLING = 100_000
/** Long enough for a sweep: then nobody waits in a line where no agent will come. */
const SWEPT = 6 * 60_000
/** No session has a longer time-out, and no place lingers longer after it. */
const HEALING = 2 * 3_600_000
/** Nothing that could go on waits so long in a healed world; and the pause until that is looked at again. */
const PROMPT = 4_000
const WATCHING = 6_000
/** How often it is looked whether all has come to its end. */
const LOOKING = 10 * 60_000

export async function simulate(seed: number): Promise<Story> {
  const dice = createDice(seed)
  const clock = createVirtualClock(START)
  const wall = createWallClock(clock)
  const ids = createSeededIds(dice)
  const isSeveral = seed % 2 === 0
  const store = createMemoryStore({ clock: wall, log: silent, shared: isSeveral })
  const witness = createWitness({ store, clock })
  const reader = createSimReader()
  const faults = { on: true }
  const broker = isSeveral ? createQueueBroker({ clock, dice, faults }) : null
  const reports: AcknowledgedReport[] = []
  const agents = new Map<string, SimAgent>()
  const world: World = { dice, clock, wall, ids, witness, faults, agents, broker }
  const cluster = createCluster(world, reader)
  const surroundings = { dice, clock, store, connect: cluster.connect }
  for (let n = 0; n < dice.between(2, 6); n += 1) {
    const capabilities = ['a', 'b', 'c'].filter(() => dice.chance(0.4))
    const room = dice.between(1, 4)
    const agentId = `agent-${n}`
    const answers = answersOf(seed, agentId)
    const echoes = dice.chance(0.75) || answers.answers !== undefined
    const kind = { agentId, capabilities, room, echoes, own: echoes && dice.chance(0.5) ? room : null, ...answers }
    const own = { ...surroundings, seed, acknowledged: reports, missed: witness.found }
    agents.set(kind.agentId, createSimAgent(kind, own))
  }

  cluster.start()
  for (const agent of agents.values()) clock.at(START + dice.between(0, 5_000), () => void agent.join())
  plague(cluster, broker, { clock, dice })
  for (const agent of agents.values()) disturb(agent, clock, dice)
  const gone = dice.chance(0.3) ? dice.pick([...agents.values()]) : null
  if (gone) clock.at(START + dice.between(100_000, FAULTY), () => void gone.leave())
  const client = createSimClient(surroundings)
  for (let n = dice.between(20, 60); n > 0; n -= 1) {
    clock.at(START + dice.between(5_000, FAULTY), () => void client.speak())
  }
  triggerAll({ dice, clock, client, agentIds: [...agents.keys()] })
  for (let n = dice.between(0, 2); n > 0; n -= 1) {
    clock.at(START + dice.between(5_000, FAULTY), () => wall.step(dice.between(-60_000, 60_000)))
  }
  for (let after = ASKING; after <= FAULTY; after += ASKING) {
    await clock.runUntil(START + after)
    await clock.watch(witness.explained(cluster.anyone()?.engine ?? null))
  }

  faults.on = false
  for (const agent of agents.values()) {
    agent.up = true
    if (agent !== gone) void agent.join().then(agent.greet)
  }
  const workflowOf = createWorkflowBook(store)
  await heal({ store, workflowOf, clock, wall, witness, cluster, agents })
  cluster.end()
  const streamed = async () => reader.breaches(await store.events([0], 1_000_000))
  return { seed, store, workflowOf, clock, agents, client: client.record, reports, found: witness.found, streamed }
}

interface Healing {
  store: Store
  workflowOf: WorkflowBook
  clock: VirtualClock
  wall: World['wall']
  witness: Witness
  cluster: Cluster
  agents: ReadonlyMap<string, SimAgent>
}

/** Some agents answer with the outcome; by dice of their own. */
function answersOf(seed: number, agentId: string): Pick<AgentKind, 'answers'> {
  const roll = diceOf(seed + 4, agentId).next()
  if (roll < 0.15) return { answers: 'alone' }
  return roll < 0.3 ? { answers: 'and reports' } : {}
}

/** Nothing goes wrong any more: whoever could go on does so at once, and all comes to its end. */
async function heal(parts: Healing): Promise<void> {
  const { store, clock, wall, witness, cluster, agents } = parts
  const look = async (kind: 'ready' | 'any') => {
    witness.found.push(...(await stuckWhile(parts, kind)))
    await clock.watch(witness.explained(cluster.anyone()?.engine ?? null))
    await witness.awake(wall.now())
  }
  await clock.runUntil(START + FAULTY + SETTLING)
  await clock.watch(resumeAll(parts))
  await look('ready')
  while (clock.now() < START + FAULTY + SWEPT) {
    witness.found.push(...(await stuckWhile(parts, 'ready')))
    const { items } = await store.pendingEffects({ limit: 100, before: wall.now() - PROMPT })
    // An agent that answers with the outcome may take its time for that.
    const isAsked = ({ effect }: PendingEffect) =>
      effect.type === 'dispatch' && agents.get(effect.agentId)?.kind.answers
    for (const { id, at } of items.filter((one) => !isAsked(one)))
      witness.found.push(`15: ${id} is pending for ${wall.now() - at} ms`)
    await clock.runUntil(clock.now() + WATCHING)
  }
  await look('any')
  for (let after = SWEPT; after < HEALING && !(await isAtRest(store)); after += LOOKING) {
    await clock.runUntil(START + FAULTY + after + LOOKING)
  }
  const open = await openSessions(store)
  if (open > 0) witness.found.push(`15: ${open} sessions do not end`)
}

/** A paused session waits for a person for ever, and whoever paused it may not have got through since. */
async function resumeAll({ store, cluster }: Healing): Promise<void> {
  const { items } = await store.listSessions({ status: ['paused'] }, { limit: 1_000 })
  for (const { sessionId } of items) await cluster.anyone()?.engine.controlSession(sessionId, { type: 'resume' })
}

/** Who is stuck over some time: whoever should have been told was told, and does not wait for a sweep to come by. */
async function stuckWhile({ store, workflowOf, clock }: Healing, kind: 'ready' | 'any'): Promise<string[]> {
  const before = new Set(await stuckWaiters(store, workflowOf, kind))
  await clock.runUntil(clock.now() + PROMPT)
  if (before.size === 0) return []
  const after = await stuckWaiters(store, workflowOf, kind)
  return after.flatMap((stuck) => (before.has(stuck) ? [`15: for ${PROMPT} ms ${stuck}`] : []))
}

export async function openSessions(store: Store): Promise<number> {
  const { started, running, paused } = await store.countSessions()
  return started + running + paused
}

/** Nothing is left that would ever move anything. */
async function isAtRest(store: Store): Promise<boolean> {
  const some = { limit: 1 }
  const left = [await store.wakeUps(some), await store.pendingEffects(some), await store.openLines(some)]
  return (await openSessions(store)) === 0 && left.every(({ items }) => items.length === 0)
}

/** Processes that die and come back, and among several those that stand still, and a queue that loses everything. */
function plague(
  cluster: Cluster,
  broker: QueueBroker | null,
  { clock, dice }: { clock: VirtualClock; dice: Dice },
): void {
  const sometime = (run: () => void) => void clock.at(START + dice.between(1_000, FAULTY), run)
  for (let n = dice.between(1, 5); n > 0; n -= 1) sometime(cluster.crashOne)
  if (!broker) return
  if (dice.chance(0.2)) sometime(cluster.crashAll)
  for (let n = dice.between(0, 3); n > 0; n -= 1) {
    const at = START + dice.between(1_000, FAULTY)
    const ms = Math.min(dice.between(2_000, 120_000), START + FAULTY - at)
    clock.at(at, () => cluster.stopOne(ms))
  }
  for (let n = dice.between(0, 2); n > 0; n -= 1) sometime(broker.empty)
}

/** Networks that fail for minutes, agents that are taken out of the registry and come back. */
function disturb(agent: SimAgent, clock: VirtualClock, dice: Dice): void {
  if (dice.chance(0.4)) {
    const from = START + dice.between(10_000, FAULTY)
    clock.at(from, () => {
      agent.up = false
    })
    clock.at(from + dice.between(5_000, 150_000), () => {
      agent.up = true
    })
  }
  if (dice.chance(0.3)) {
    const from = START + dice.between(10_000, FAULTY)
    clock.at(
      from,
      () =>
        void agent
          .leave()
          .then(() => clock.sleep(dice.between(0, 60_000)))
          .then(agent.join),
    )
  }
}

function triggerAll(parts: {
  dice: Dice
  clock: VirtualClock
  agentIds: string[]
  client: ReturnType<typeof createSimClient>
}): void {
  const { dice, clock, agentIds, client } = parts
  const definitions = Array.from({ length: 4 }, (_, n) => randomWorkflow(dice, `workflow-${n}`, agentIds))
  // Something goes on in the healed world too.
  for (let n = dice.between(2, 8); n > 0; n -= 1) {
    const at = START + FAULTY + dice.between(SETTLING, SWEPT - WATCHING)
    clock.at(at, () => void client.trigger(dice.pick(definitions), dice.pick(agentIds), null))
  }
  const sessions = dice.chance(0.15) ? dice.between(60, 120) : dice.between(5, 25)
  const agentsAsked = sessions > 25 ? [dice.pick(agentIds)] : agentIds
  for (let n = 0; n < sessions; n += 1) {
    const definition = dice.pick(definitions)
    const agentId = dice.pick(agentsAsked)
    const key = dice.chance(0.3) ? `key-${n}` : null
    clock.at(START + dice.between(2_000, FAULTY), () => void client.trigger(definition, agentId, key))
    if (dice.chance(0.5)) clock.at(START + dice.between(5_000, FAULTY), () => void client.meddle())
  }
}
