import type { Engine } from '@opscore/engine'
import type { Guard } from './access/guard.ts'
import type { RequestDurations } from './observe/request-durations.ts'

/** What the routes of every resource stand on. */
export interface ApiContext {
  engine: Engine
  guard: Guard
  /** Counts what is answered. */
  requests: RequestDurations
  /** Epoch milliseconds. */
  now: () => number
}
