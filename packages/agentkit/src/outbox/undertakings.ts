import { startTimer } from '@opscore/contract/time'

/** How long what is on its way may still take when this process closes, in milliseconds. */
const CLOSE_LIMIT = 5_000

/** The deliveries that are under way, and the two steps in which they end. */
export interface Undertakings {
  /** First step of closing: nothing new is tried. */
  readonly closing: AbortSignal
  /**
   * Starts `work`, whose signal cuts off what is being tried: after `limit` milliseconds, or as the second step of
   * closing. It must not reject: a rejection is a defect, and ends the process as an unhandled one.
   */
  start(work: (signal: AbortSignal) => Promise<void>, limit?: number): void
  /** Resolves when nothing is under way. */
  close(): Promise<void>
}

export function createUndertakings(): Undertakings {
  const closing = new AbortController()
  const running = new Map<AbortController, Promise<void>>()

  async function carryOut(
    work: (signal: AbortSignal) => Promise<void>,
    cutOff: AbortController,
    limit = Number.POSITIVE_INFINITY,
  ) {
    const lift = startTimer(limit, () => cutOff.abort())
    try {
      await work(cutOff.signal)
    } finally {
      lift()
      running.delete(cutOff)
    }
  }

  return {
    closing: closing.signal,
    start(work, limit) {
      const cutOff = new AbortController()
      running.set(cutOff, carryOut(work, cutOff, limit))
    },
    async close() {
      closing.abort()
      const timer = setTimeout(() => {
        for (const cutOff of running.keys()) cutOff.abort()
      }, CLOSE_LIMIT)
      await Promise.all(running.values())
      clearTimeout(timer)
    },
  }
}
