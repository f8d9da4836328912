import type { Ids } from '../../src/ports/ids.ts'
import type { StoreFaults } from './faulty-store.ts'
import type { QueueBroker } from './queue-broker.ts'
import type { SimAgent } from './sim-agent.ts'
import type { Dice, VirtualClock, WallClock } from './virtual-world.ts'
import type { Witness } from './witness.ts'

/** What a process has of the world. */
export interface World {
  dice: Dice
  clock: VirtualClock
  wall: WallClock
  ids: Ids
  witness: Witness
  faults: StoreFaults
  agents: ReadonlyMap<string, SimAgent>
  /** The queue of all processes; `null` where there is one process, which has its own. */
  broker: QueueBroker | null
}
