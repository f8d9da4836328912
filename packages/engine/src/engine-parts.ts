import type { AgentLink } from './ports/agent-link.ts'
import type { Broadcast } from './ports/broadcast.ts'
import type { Clock } from './ports/clock.ts'
import type { Ids } from './ports/ids.ts'
import type { Log } from './ports/log.ts'
import type { Store } from './ports/store.ts'
import type { WakeQueue } from './ports/wake-queue.ts'

/** What an engine is made of. */
export interface EngineParts {
  store: Store
  link: AgentLink
  wakeQueue: WakeQueue
  broadcast: Broadcast
  clock: Clock
  ids: Ids
  log: Log
  /** `api` leaves what follows from its commits to others; for a shared store alone. */
  role?: 'all' | 'api' | 'worker'
  /** Of the program, for people. */
  version?: string
  /** How long history is kept, in milliseconds. */
  retention: { agentEvents: number; sessions: number }
}
