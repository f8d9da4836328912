import type { OpsEvent } from '@opscore/contract'
import type { Broadcast } from '../ports/broadcast.ts'

/** Broadcasting where there is one process: whoever listens hears at once. */
export function createLocalBroadcast(): Broadcast {
  const hearers = new Set<(event: OpsEvent) => void>()
  return {
    publish(event) {
      for (const hear of [...hearers]) hear(event)
    },
    listen(hear) {
      // Wrapped, so that two who listen with the same function are two.
      const hearer = (event: OpsEvent) => hear(event)
      hearers.add(hearer)
      return () => void hearers.delete(hearer)
    },
    async close() {
      hearers.clear()
    },
  }
}
