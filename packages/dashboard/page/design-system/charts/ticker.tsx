import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from 'react'

interface Ticker {
  /** Epoch milliseconds of the last tick. */
  now(): number
  /** Calls back each second; returns what ends it. */
  watch(listener: () => void): () => void
  close(): void
}

/** One clock for all that ticks: a thousand rows make one timer. It stands still in a tab that nobody sees. */
function createTicker(): Ticker {
  const listeners = new Set<() => void>()
  let now = Date.now()
  let timer: ReturnType<typeof setInterval> | undefined

  function tick(): void {
    if (document.hidden) return
    now = Date.now()
    for (const listener of listeners) listener()
  }

  function close(): void {
    clearInterval(timer)
    timer = undefined
  }

  return {
    now: () => now,
    watch(listener) {
      listeners.add(listener)
      if (timer === undefined) {
        now = Date.now()
        timer = setInterval(tick, 1_000)
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) close()
      }
    },
    close,
  }
}

const Context = createContext<Ticker | null>(null)

/** The clock of what is inside. */
export function Ticking({ children }: { children: ReactNode }) {
  const ticker = useMemo(createTicker, [])
  useEffect(() => ticker.close, [ticker])
  return <Context value={ticker}>{children}</Context>
}

/** Epoch milliseconds, anew every second. */
export function useNow(): number {
  const ticker = useContext(Context)
  if (ticker === null) throw new Error('There is no clock here')
  return useSyncExternalStore(ticker.watch, ticker.now)
}
