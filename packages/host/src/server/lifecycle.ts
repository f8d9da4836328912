import type { Server } from 'node:http'
import { trackConnections } from './open-connections.ts'

/** Whether a process still wants new work. `/ready` reads it, streams and long polls end by its signal. */
export interface Lifecycle {
  readonly draining: boolean
  /** Aborted when draining begins. */
  readonly signal: AbortSignal
  /** From here on every answer closes its connection. */
  beginDrain(): void
  /** Closes connections that no request is on. */
  closeUnused(): void
}

export function createLifecycle(server: Server): Lifecycle {
  const connections = trackConnections(server)
  const controller = new AbortController()
  let draining = false
  return {
    get draining() {
      return draining
    },
    signal: controller.signal,
    beginDrain() {
      if (draining) return
      draining = true
      connections.closeAfterAnswer()
      controller.abort()
    },
    closeUnused: connections.closeUnused,
  }
}
