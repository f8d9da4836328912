/** Whether a process still wants new work. `/ready` reads it, streams end by its signal. */
export interface Lifecycle {
  readonly draining: boolean
  /** Aborted when draining begins: what streams, long polls and loops end by. */
  readonly signal: AbortSignal
  beginDrain(): void
}

export function createLifecycle(): Lifecycle {
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
      controller.abort()
    },
  }
}
