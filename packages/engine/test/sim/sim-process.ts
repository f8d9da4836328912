/** A process of Ops-Core in the simulation, life after life: it dies without a word, comes back, and may stand still. */

import { createEngine, type EngineParts } from '../../src/create-engine.ts'
import { createLocalBroadcast } from '../../src/local/local-broadcast.ts'
import { createTimerWakeQueue } from '../../src/local/timer-wake-queue.ts'
import type { AgentLink } from '../../src/ports/agent-link.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Log } from '../../src/ports/log.ts'
import type { Connection } from './connection.ts'
import { createFaultyStore } from './faulty-store.ts'
import { type Life, running, stopFor } from './life.ts'
import { createSimLink } from './sim-link.ts'
import type { World } from './world.ts'

export type Role = NonNullable<EngineParts['role']>

export interface SimProcess {
  readonly role: Role
  /** `null` while it is down or starts. */
  connection(): Connection | null
  /** It has started and does not stand still. */
  isUp(): boolean
  start(): void
  /** Dies, and comes back after so long; nothing where it is down already. */
  crash(back: number): void
  stop(ms: number): void
  /** Dies for good. */
  end(): void
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }
const DAY = 24 * 3_600_000
/** How far the clocks of several machines are apart. */
const SKEW = 1_000

export function createSimProcess(role: Role, world: World, changed: () => void): SimProcess {
  const { dice, clock } = world
  let life: Life = { over: true, stopped: null }
  let connection: Connection | null = null
  let end = () => {}

  async function live(): Promise<void> {
    const own: Life = { over: false, stopped: null }
    const ended = Promise.withResolvers<void>()
    life = own
    end = ended.resolve
    const engine = createEngine({ ...partsOf(world, own), role })
    try {
      await engine.start()
      if (own.over) return
      connection = { engine, lost: ended.promise }
      changed()
    } catch {
      if (!own.over) crash(dice.between(10, 3_000))
    }
  }

  function die(): boolean {
    if (life.over) return false
    life.over = true
    connection = null
    end()
    changed()
    return true
  }

  function crash(back: number): void {
    if (die()) clock.at(clock.now() + back, () => void live())
  }

  return {
    role,
    connection: () => connection,
    isUp: () => connection !== null && !life.stopped,
    start: () => void live(),
    crash,
    stop: (ms) => stopFor(life, ms, clock),
    end: () => void die(),
  }
}

function partsOf(world: World, life: Life): EngineParts {
  const { dice, wall, ids, witness, agents, broker } = world
  const skew = broker ? dice.between(-SKEW, SKEW) : 0
  const now = () => wall.now() + skew
  const whenRunning = (run: () => void) => {
    if (life.stopped) void running(life).then(run)
    else if (!life.over) run()
  }
  const clock: Clock = { now, at: (at, run) => wall.at(at - skew, () => whenRunning(run)) }
  const parts = { ...world, life }
  return {
    store: createFaultyStore({ ...parts, store: witness.store }),
    link: witness.link(createSimLink({ ...parts, agents })) satisfies AgentLink,
    wakeQueue: broker ? broker.for({ isUp: () => !life.over && !life.stopped, now }) : createTimerWakeQueue({ clock }),
    broadcast: createLocalBroadcast(),
    clock,
    ids,
    log: silent,
    retention: { agentEvents: DAY, sessions: DAY },
  }
}
