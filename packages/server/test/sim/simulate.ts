/**
 * One seed's story: a fleet and its workflows under faults for some minutes of virtual time, lives of the engine that end
 * without a word, then a healed world in which everything has to come to its end.
 */
import type { JsonObject } from '@opscore/contract'
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
import { createSimLink } from './sim-link.ts'
import { stuckWaiters } from './stuck-waiters.ts'
import { createDice, createSeededIds, createVirtualClock, type Dice, type VirtualClock } from './virtual-world.ts'

export interface Story {
  seed: number
  store: Store
  clock: VirtualClock
  agents: ReadonlyMap<string, SimAgent>
  /** Sessions whose trigger was acknowledged. */
  triggered: string[]
  reports: AcknowledgedReport[]
  crashes: number
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }
const START = Date.UTC(2026, 0, 1)
const FAULTY = 240_000
/** Long enough for every unreachable agent to be probed: then nobody waits for one that is ready. */
const SETTLING = 100_000
/** Long enough for a sweep: then nobody waits in a line where no agent will come. */
const SWEPT = 6 * 60_000
/** No session has a longer time-out, and no place lingers longer after it. */
const HEALING = 2 * 3_600_000

export async function simulate(seed: number): Promise<Story> {
  const dice = createDice(seed)
  const clock = createVirtualClock(START)
  const ids = createSeededIds(dice)
  const store = createMemoryStore({ clock, log: silent })
  const faults = { on: true }
  const reports: AcknowledgedReport[] = []
  const agents = new Map<string, SimAgent>()
  let life: Life = { over: true }
  let engine: Engine | null = null
  let crashes = 0

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
    const mortal: Clock = { now: clock.now, at: (at, run) => clock.at(at, () => own.over || run()) }
    const parts = { clock, dice, faults, life: own }
    const born = createEngine({
      store: createFaultyStore({ store, ...parts }),
      link: createSimLink({ agents, ...parts }),
      wakeQueue: createTimerWakeQueue({ clock: mortal }),
      clock: mortal,
      ids,
      log: silent,
      retention: { agentEvents: 24 * 3_600_000, sessions: 24 * 3_600_000 },
    })
    try {
      await born.start()
      if (!own.over) engine = born
    } catch {
      if (!own.over) restartSoon()
    }
  }

  function restartSoon(): void {
    life.over = true
    engine = null
    clock.at(clock.now() + dice.between(10, 3_000), () => void live())
  }

  function crash(): void {
    if (life.over) return
    crashes += 1
    restartSoon()
  }

  void live()
  for (const agent of agents.values()) clock.at(START + dice.between(0, 5_000), () => void agent.join())
  const times = Array.from({ length: dice.between(1, 5) }, () => START + dice.between(1_000, FAULTY))
  for (const at of times) clock.at(at, crash)
  for (const agent of agents.values()) disturb(agent, clock, dice)
  const gone = dice.chance(0.3) ? dice.pick([...agents.values()]) : null
  if (gone) clock.at(START + dice.between(100_000, FAULTY), () => void gone.leave())
  const sessions = triggerAll({ dice, clock, agentIds: [...agents.keys()], engine: living })
  await clock.runUntil(START + FAULTY)

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
    const stuck = await stuckWaiters(store, kind)
    if (stuck.length > 0) throw new Error(stuck.join('; '))
  }
  const open = await clock.runUntil(START + FAULTY + HEALING).then(() => store.countOpenSessions())
  if (open > 0) throw new Error(`${open} sessions do not end`)
  life.over = true
  return { seed, store, clock, agents, triggered: sessions.triggered, reports, crashes }
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

function triggerAll(parts: { dice: Dice; clock: VirtualClock; agentIds: string[]; engine: () => Engine }) {
  const { dice, clock, agentIds, engine } = parts
  const triggered: string[] = []
  const definitions = Array.from({ length: 4 }, (_, n) => randomWorkflow(dice, `workflow-${n}`, agentIds))

  async function trigger(definition: JsonObject, agentId: string): Promise<void> {
    try {
      const answer = engine().trigger({ agentId, workflow: { definition }, input: null })
      const acknowledged = await Promise.race([answer, clock.sleep(10_000)])
      if (acknowledged) triggered.push(acknowledged.sessionId)
    } catch {
      // Down, unavailable, or the agent is not registered at that moment: nobody was promised anything.
    }
  }

  const sessions = dice.chance(0.15) ? dice.between(60, 120) : dice.between(5, 25)
  const agentsAsked = sessions > 25 ? [dice.pick(agentIds)] : agentIds
  for (let n = 0; n < sessions; n += 1) {
    const definition = dice.pick(definitions)
    const agentId = dice.pick(agentsAsked)
    clock.at(START + dice.between(2_000, FAULTY), () => void trigger(definition, agentId))
  }
  return { triggered }
}
