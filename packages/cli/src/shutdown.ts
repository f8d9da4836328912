export interface Shutdown {
  /** Aborts at the first request to stop. */
  readonly signal: AbortSignal
  /** Resolves then. */
  readonly requested: Promise<void>
}

/**
 * One press of Ctrl-C can arrive several times: from the terminal, from npm, and from our launcher, each of which hands it
 * on. What comes this soon after the first, in milliseconds, is no second press.
 */
const SAME_PRESS = 500

/** Listens for SIGINT, SIGTERM and SIGHUP. The first asks to drain; a second one calls `giveUp`. */
export function listenForShutdown(giveUp: () => void): Shutdown {
  const abort = new AbortController()
  const { promise, resolve } = Promise.withResolvers<void>()
  let first: number | undefined
  const stop = () => {
    const at = performance.now()
    if (first !== undefined && at - first > SAME_PRESS) giveUp()
    if (first !== undefined) return
    first = at
    abort.abort(new Error('asked to stop'))
    resolve()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  return { signal: abort.signal, requested: promise }
}
