import { useSyncExternalStore } from 'react'

/** One clock for all that ticks: a thousand rows make one timer. It stands still in a tab that nobody sees. */
function createTicker() {
  const listeners = new Set<() => void>()
  let now = Date.now()
  let timer: ReturnType<typeof setInterval> | undefined

  function tick(): void {
    if (document.hidden) return
    now = Date.now()
    for (const listener of listeners) listener()
  }

  return {
    now: () => now,
    watch(listener: () => void) {
      listeners.add(listener)
      if (timer === undefined) {
        now = Date.now()
        timer = setInterval(tick, 1_000)
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
  }
}

const ticker = createTicker()

/** Epoch milliseconds, anew every second. */
export function useNow(): number {
  return useSyncExternalStore(ticker.watch, ticker.now)
}
