/**
 * Errors that a handler leaves behind: a promise that nobody waits for rejects, or what a timer calls throws. Node would end
 * the process for either, and with it every other task. Here each comes to the attempt in whose handler it began.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

type OnStray = (thrown: unknown) => void

const attempts = new AsyncLocalStorage<OnStray>()
/** Agents of this process that want them caught: however many there are, each error comes once. */
let agents = 0

/** Runs a handler so that what it leaves behind comes to `onStray`, however late. */
export function withStrayErrors<T>(onStray: OnStray, run: () => T): T {
  return attempts.run(onStray, run)
}

/**
 * Begins to catch them, and returns what ends that. What no handler has left behind goes the way that it would go without
 * us: to other listeners, or it ends the process.
 */
export function catchStrayErrors(): () => void {
  if (agents === 0) {
    process.on('unhandledRejection', onRejection)
    process.on('uncaughtException', onException)
  }
  agents += 1
  let ended = false
  return () => {
    if (ended) return
    ended = true
    agents -= 1
    if (agents > 0) return
    process.off('unhandledRejection', onRejection)
    process.off('uncaughtException', onException)
  }
}

function onRejection(thrown: unknown): void {
  hand(thrown, () => process.listeners('unhandledRejection').some((each) => each !== onRejection))
}

function onException(thrown: unknown): void {
  hand(thrown, () => process.listeners('uncaughtException').some((each) => each !== onException))
}

function hand(thrown: unknown, isHeardByOthers: () => boolean): void {
  const onStray = attempts.getStore()
  if (onStray) onStray(thrown)
  else if (!isHeardByOthers()) throw thrown
}
