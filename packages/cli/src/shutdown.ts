import { isRunByNpm } from './config.ts'

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

/** How often to look whether npm's shell is still there, in milliseconds. */
const PARENT_CHECK = 500

/**
 * Listens for SIGINT, SIGTERM and SIGHUP. The first asks to drain; a second one calls `giveUp`. When `lost` aborts nobody reads
 * the output any more, which asks to drain too.
 */
export function listenForShutdown(giveUp: () => void, lost: AbortSignal): Shutdown {
  const abort = new AbortController()
  const { promise, resolve } = Promise.withResolvers<void>()
  let first: number | undefined
  const drain = () => {
    abort.abort(new Error('asked to stop'))
    resolve()
  }
  const stop = () => {
    const at = performance.now()
    if (first !== undefined && at - first > SAME_PRESS) giveUp()
    first ??= at
    drain()
  }
  lost.addEventListener('abort', drain)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  if (isRunByNpm()) whenParentIsGone(stop)
  return { signal: abort.signal, requested: promise }
}

/**
 * npm hands a signal to the shell in which it runs us, and that dies of it without a word to us. What npm started must not
 * outlive it, so there the shell's end is the signal.
 */
function whenParentIsGone(stop: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    stop()
  }, PARENT_CHECK)
  timer.unref()
}
