/**
 * One able agent is healthy, and its neighbours of the same capability hang with what they take, or refuse it: no session
 * fails for their sake (17). Nothing else goes wrong here, so that every failure is theirs.
 */
import type { JsonObject } from '@opscore/contract'
import { createMemoryStore } from '../../src/memory/memory-store.ts'
import type { Store } from '../../src/ports/store.ts'
import { createCluster } from './cluster.ts'
import { createQueueBroker } from './queue-broker.ts'
import { createSimAgent, type SimAgent } from './sim-agent.ts'
import { createSimClient } from './sim-client.ts'
import type { AgentKind } from './sim-hands.ts'
import { createSimReader } from './sim-reader.ts'
import { openSessions } from './simulate.ts'
import { createDice, createSeededIds, createVirtualClock, createWallClock, type Dice, diceOf } from './virtual-world.ts'
import { createWitness } from './witness.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const START = Date.UTC(2026, 0, 1)
/** Fewer than a task has attempts: each may let one of its attempts time out before it is known for it. */
const MOST_NEIGHBOURS = 3
const TRIGGERING = 20_000
/** Twice what the healthy one needs for all of it alone. */
const PATIENCE = 60 * 60_000
/** What the healthy one takes at most for a task; no time-out is shorter, with the pause before and the report after. */
const LONGEST_WORK = 20_000

/** Returns a sentence for each breach. */
export async function neighbours(seed: number): Promise<string[]> {
  const dice = createDice(seed ^ 0x5eed)
  const clock = createVirtualClock(START)
  const wall = createWallClock(clock)
  const isSeveral = seed % 2 === 0
  const store = createMemoryStore({ clock: wall, log: silent, shared: isSeveral })
  const witness = createWitness({ store, clock })
  const faults = { on: false }
  const broker = isSeveral ? createQueueBroker({ clock, dice, faults }) : null
  const agents = new Map<string, SimAgent>()
  const world = { dice, clock, wall, ids: createSeededIds(dice), witness, faults, agents, broker }
  const cluster = createCluster(world, createSimReader())
  const surroundings = { dice, clock, store, connect: cluster.connect }
  for (const kind of fleetOf(dice, diceOf(seed, 'answers').chance(0.3))) {
    const own = { ...surroundings, seed, acknowledged: [], missed: witness.found }
    agents.set(kind.agentId, createSimAgent(kind, own))
  }

  cluster.start()
  for (const agent of agents.values()) void agent.join()
  await clock.runUntil(START + 10_000)
  const client = createSimClient(surroundings)
  const definition = workflowOf(dice)
  for (let n = dice.between(5, 20); n > 0; n -= 1) {
    const at = clock.now() + dice.between(0, TRIGGERING)
    clock.at(at, () => void client.trigger(definition, dice.pick([...agents.keys()]), null))
  }
  await clock.runUntil(clock.now() + TRIGGERING)
  const end = clock.now() + PATIENCE
  while ((await openSessions(store)) > 0 && clock.now() < end) await clock.runUntil(clock.now() + 10_000)
  cluster.end()
  return [...witness.found, ...(await failures(store))]
}

function fleetOf(dice: Dice, answers: boolean): AgentKind[] {
  const able = { capabilities: ['a'], echoes: true, ...(answers ? { answers: 'alone' as const } : {}) }
  const takes = dice.between(10, LONGEST_WORK)
  const room = dice.between(1, 4)
  const healthy: AgentKind = { ...able, agentId: 'healthy', room, own: null, always: 'completes', takes }
  const others = Array.from({ length: dice.between(1, MOST_NEIGHBOURS) }, (_, n): AgentKind => {
    const room = dice.between(1, 3)
    const own = dice.chance(0.3) ? 0 : dice.chance(0.6) ? room : null
    return { ...able, agentId: `neighbour-${n}`, room, own, always: 'is silent' }
  })
  const bystander: AgentKind = { agentId: 'bystander', capabilities: [], room: 1, echoes: true, own: null }
  return [healthy, ...others, bystander]
}

function workflowOf(dice: Dice): JsonObject {
  const tasks = Array.from({ length: dice.between(1, 3) }, (_, n) => ({ taskId: `t${n}`, agentCapability: 'a' }))
  return {
    id: 'neighbours',
    name: 'Neighbours',
    routing: dice.pick(['preferred', 'strict']),
    timeout: '2h',
    defaults: { timeouts: { startToClose: LONGEST_WORK / 1_000 + dice.between(3, 10) } },
    tasks: tasks.map((task, n) => (tasks[n + 1] ? { ...task, nextTaskId: `t${n + 1}` } : task)),
  }
}

async function failures(store: Store): Promise<string[]> {
  const { items } = await store.listSessions({}, { limit: 1_000 })
  return items.flatMap(({ sessionId, status, error }) =>
    status === 'completed'
      ? []
      : [`17: session ${sessionId} is ${status} (${error?.code ?? 'open'}) beside a healthy agent`],
  )
}
