/** What can be asked of the fleet as a whole. */

import type { FleetQueries } from '../engine.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'
import { attentionPage } from './attention.ts'
import { overviewOf } from './overview.ts'
import { createReadModel } from './read-model.ts'
import { createSearch } from './search.ts'
import { createWaiting } from './waiting.ts'

export function createFleetQueries(parts: {
  store: Store
  clock: Clock
  log: Log
  /** How long a session is kept after its end, in milliseconds. */
  sessionsKept: number
}): FleetQueries & { forgetFleet: () => void } {
  const { store, clock, sessionsKept } = parts
  const model = createReadModel(parts)
  const waiting = createWaiting(parts)
  const search = createSearch(parts)

  const workflowOf = async (sessionId: string): Promise<string> =>
    (await store.loadSession(sessionId))?.state.head.workflowId ?? sessionId

  return {
    async overview() {
      const fleet = await model.fleet()
      const [waits, sessions] = await Promise.all([waiting.read(fleet.agents), store.countSessions()])
      return overviewOf(fleet, waits, sessions, clock.now())
    },
    async attention(kinds, list) {
      const fleet = await model.fleet()
      const waits = await waiting.read(fleet.agents)
      const failedSince = clock.now() - sessionsKept
      return attentionPage({ fleet, waiting: waits, failedSince, workflowOf }, kinds, list)
    },
    async search(sought) {
      const { agents } = await model.fleet()
      return { items: await search(sought, agents) }
    },
    forgetFleet: model.close,
  }
}
