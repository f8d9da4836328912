/** The processes of one story: one with everything to itself, or several over one store and one queue. */

import type { Connection } from './connection.ts'
import { createSimProcess, type Role, type SimProcess } from './sim-process.ts'
import type { SimReader } from './sim-reader.ts'
import type { World } from './world.ts'

const SEVERAL: readonly (readonly Role[])[] = [
  ['all', 'all'],
  ['all', 'all', 'all'],
  ['api', 'worker'],
  ['api', 'api', 'worker'],
  ['api', 'worker', 'worker'],
  ['all', 'api', 'worker'],
]

export interface Cluster {
  /** To one that takes requests, though it may stand still. @throws where all of them are down */
  connect(): Connection
  /** To one that answers; `null` where none does. */
  anyone(): Connection | null
  start(): void
  /** One dies and comes back. */
  crashOne(): void
  /** All die together, and come back one after the other. */
  crashAll(): void
  stopOne(ms: number): void
  end(): void
}

export function createCluster(world: World, reader: SimReader): Cluster {
  const { dice, broker } = world
  const roles = broker ? dice.pick(SEVERAL) : (['all'] as const)
  const processes: SimProcess[] = roles.map((role) => createSimProcess(role, world, changed))
  let reading: { of: Connection; end: AbortController } | null = null
  let over = false

  const serving = () => processes.filter(({ role }) => role !== 'worker')
  const pick = <T>(from: readonly T[]): T | null => {
    const [only, another] = from
    return another === undefined ? (only ?? null) : dice.pick(from)
  }
  const connections = (of: SimProcess[]) => of.flatMap((process) => process.connection() ?? [])

  /** The reader goes on with another process where its own has died. */
  function changed(): void {
    const alive = connections(serving())
    if (reading && !alive.includes(reading.of)) {
      reading.end.abort()
      reading = null
    }
    const next = reading || over ? null : pick(alive)
    if (!next) return
    reading = { of: next, end: new AbortController() }
    void reader.follow(next.engine, reading.end.signal)
  }

  function back(): number {
    return dice.between(10, 3_000)
  }

  return {
    connect() {
      const connection = pick(connections(serving()))
      if (!connection) throw new Error('Nobody takes requests')
      return connection
    },
    anyone: () => pick(connections(serving().filter((process) => process.isUp()))),
    start() {
      for (const process of processes) process.start()
    },
    crashOne: () => pick(processes)?.crash(broker && dice.chance(0.3) ? dice.between(3_000, 60_000) : back()),
    crashAll() {
      for (const process of processes) process.crash(back())
    },
    stopOne: (ms) => pick(processes)?.stop(ms),
    end() {
      over = true
      for (const process of processes) process.end()
      reading?.end.abort()
    },
  }
}
