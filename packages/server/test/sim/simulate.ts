/**
 * One seed's story: a fleet and its workflows under faults for some minutes of virtual time, lives of the engine that end
 * without a word, then a healed world in which everything has to come to its end.
 */
import { createLocalBroadcast } from '../../src/adapters/memory/local-broadcast.ts'
import { createMemoryStore } from '../../src/adapters/memory/memory-store.ts'
import { createTimerWakeQueue } from '../../src/adapters/memory/timer-wake-queue.ts'
import { createEngine } from '../../src/engine/create-engine.ts'
import type { Engine } from '../../src/engine/engine.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Log } from '../../src/ports/log.ts'
import type { Store } from '../../src/ports/store.ts'
import { createFaultyStore, type Life } from './faulty-store.ts'
import type { AcknowledgedReport } from './log-invariants.ts'
import { randomWorkflow } from './random-workflow.ts'
import { createSimAgent, type SimAgent } from './sim-agent.ts'
import { type ClientRecord, createSimClient } from './sim-client.ts'
import { createSimLink } from './sim-link.ts'
import { createSimReader } from './sim-reader.ts'
import { stuckWaiters } from './stuck-waiters.ts'
import {
  createDice,
  createSeededIds,
  createVirtualClock,
  createWallClock,
  type Dice,
  type VirtualClock,
} from './virtual-world.ts'
import { createWitness } from './witness.ts'

export interface Story {
  seed: number
  store: Store
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

export async function simulate(seed: number): Promise<Story> {
  const dice = createDice(seed)
  const clock = createVirtualClock(START)
  const wall = createWallClock(clock)
  const ids = createSeededIds(dice)
  const store = createMemoryStore({ clock: wall, log: silent })
  const witness = createWitness({ store, clock })
  const reader = createSimReader()
  const faults = { on: true }
  const reports: AcknowledgedReport[] = []
  const agents = new Map<string, SimAgent>()
  let life: Life = { over: true }
  let reading = new AbortController()
  let engine: Engine | null = null

  const living = (): Engine => {
    if (!engine) throw new Error('The process is down')
    return engine
  }
  for (let n = 0; n < dice.between(2, 6); n += 1) {
    const capabilities = ['a', 'b', 'c'].filter(() => dice.chance(0.4))
    const kind = { agentId: `agent-${n}`, capabilities, room: dice.between(1, 4), echoes: dice.chance(0.75) }
    agents.set(kind.agentId, createSimAgent(kind, { seed, dice, clock, engine: living, acknowledged: reports }))
  }

  async function live(): Promise<void> {
    const own: Life = { over: false }
    life = own
    const mortal: Clock = { now: wall.now, at: (at, run) => wall.at(at, () => own.over || run()) }
    const parts = { clock, dice, faults, life: own }
    const born = createEngine({
      store: createFaultyStore({ store: witness.store, ...parts }),
      link: witness.link(createSimLink({ agents, ...parts })),
      wakeQueue: createTimerWakeQueue({ clock: mortal }),
      broadcast: createLocalBroadcast(),
      clock: mortal,
      ids,
      log: silent,
      retention: { agentEvents: 24 * 3_600_000, sessions: 24 * 3_600_000 },
    })
    try {
      await born.start()
      if (own.over) return
      engine = born
      reading = new AbortController()
      void reader.follow(born, reading.signal)
    } catch {
      if (!own.over) restartSoon()
    }
  }

  function restartSoon(): void {
    life.over = true
    reading.abort()
    engine = null
    clock.at(clock.now() + dice.between(10, 3_000), () => void live())
  }

  void live()
  for (const agent of agents.values()) clock.at(START + dice.between(0, 5_000), () => void agent.join())
  const times = Array.from({ length: dice.between(1, 5) }, () => START + dice.between(1_000, FAULTY))
  for (const at of times) clock.at(at, () => life.over || restartSoon())
  for (const agent of agents.values()) disturb(agent, clock, dice)
  const gone = dice.chance(0.3) ? dice.pick([...agents.values()]) : null
  if (gone) clock.at(START + dice.between(100_000, FAULTY), () => void gone.leave())
  const client = createSimClient({ dice, clock, store, engine: living })
  triggerAll({ dice, clock, client, agentIds: [...agents.keys()] })
  for (let n = dice.between(0, 2); n > 0; n -= 1) {
    clock.at(START + dice.between(5_000, FAULTY), () => wall.step(dice.between(-60_000, 60_000)))
  }
  for (let after = ASKING; after <= FAULTY; after += ASKING) {
    await clock.runUntil(START + after)
    await clock.watch(witness.explained(engine))
  }

  faults.on = false
  for (const agent of agents.values()) {
    agent.up = true
    if (agent !== gone) void agent.join()
  }
  for (const [after, kind] of [
    [SETTLING, 'ready'],
    [SWEPT, 'any'],
  ] as const) {
    await clock.runUntil(START + FAULTY + after)
    witness.found.push(...(await stuckWaiters(store, kind)).map((stuck) => `15: ${stuck}`))
    await clock.watch(witness.explained(engine))
    await witness.awake(wall.now())
  }
  const open = await clock.runUntil(START + FAULTY + HEALING).then(() => store.countOpenSessions())
  if (open > 0) witness.found.push(`15: ${open} sessions do not end`)
  life.over = true
  reading.abort()
  const streamed = async () => reader.breaches(await store.events([0], 1_000_000))
  return { seed, store, clock, agents, client: client.record, reports, found: witness.found, streamed }
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
