/** How the engine itself is: its store, what is queued, and the processes beside it. */

import type { SystemFacts, SystemQueries } from '../engine.ts'
import type { Store } from '../ports/store.ts'
import type { Health } from '../work/health-watch.ts'
import type { Processes } from '../work/processes.ts'

/** Effects counted at most. */
const EFFECTS = 1_000

export function createSystem(parts: { store: Store; processes: Processes; health: () => Health }): SystemQueries {
  const { store, processes, health } = parts

  async function facts(): Promise<Omit<SystemFacts, 'health' | 'partitions'>> {
    const [head, trimmed, sessions, effects, there] = await Promise.all([
      store.head(),
      store.trimmed(),
      store.countSessions(),
      store.pendingEffects({ limit: EFFECTS }),
      processes.list(),
    ])
    return {
      events: sum(head),
      trimmed: sum(trimmed),
      openSessions: sessions.started + sessions.running + sessions.paused,
      effects: effects.items.length,
      processes: there,
    }
  }

  return {
    async system() {
      const { partitions } = store
      // Who asks what is wrong is answered though the store is not.
      const known = await facts().catch(() => null)
      return { partitions, ...(known ?? NOTHING_KNOWN), health: health() }
    },
  }
}

const NOTHING_KNOWN = { events: null, trimmed: null, openSessions: null, effects: null, processes: [] }

const sum = (positions: readonly number[]): number => positions.reduce((total, position) => total + position, 0)
