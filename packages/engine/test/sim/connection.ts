/** How agents and clients of a simulation reach a process. */
import type { Engine } from '../../src/engine.ts'

/** A way to a process that ends with it. */
export interface Connection {
  engine: Engine
  /** Resolves when the process has died. */
  lost: Promise<void>
}
