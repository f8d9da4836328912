/** What whoever runs a fleet asks of the engine beside its work: the fleet at a glance, bulk actions, how the engine itself is. */

import type { Sessions } from './aggregate/agents-and-sessions.ts'
import { createBulkJobs } from './bulk/bulk-jobs.ts'
import type { BulkCommands, FleetQueries, SystemQueries } from './engine.ts'
import type { EngineParts } from './engine-parts.ts'
import { createSystem } from './query/system.ts'
import { createFleetQueries } from './read-model/fleet-queries.ts'
import { watchHealth } from './work/health-watch.ts'
import { createProcesses } from './work/processes.ts'

export interface Operations {
  offered: FleetQueries & BulkCommands & SystemQueries
  start(): void
  close(): Promise<void>
}

/** `trouble` says what is wrong with the engine; `null` for nothing. */
export function createOperations(
  parts: EngineParts & { sessions: Sessions; trouble: () => string | null },
): Operations {
  const { store, clock, ids, trouble, retention, role = 'all', version = 'unknown' } = parts
  const processId = ids.uuid()
  const { forgetFleet, ...fleet } = createFleetQueries({ ...parts, sessionsKept: retention.sessions })
  const { start: startJobs, close: closeJobs, ...bulk } = createBulkJobs({ ...parts, processId })
  const processes = createProcesses({ ...parts, processId, role, version })
  const health = watchHealth(clock, trouble)
  return {
    offered: { ...fleet, ...bulk, ...createSystem({ store, processes, health: health.read }) },
    start() {
      startJobs()
      processes.start()
    },
    async close() {
      forgetFleet()
      health.close()
      await Promise.all([closeJobs(), processes.close()])
    },
  }
}
