import type { Engine } from '../engine/engine.ts'
import type { Guard } from './access/guard.ts'

/** What the routes of every resource stand on. */
export interface ApiContext {
  engine: Engine
  guard: Guard
  /** Epoch milliseconds. */
  now: () => number
}
