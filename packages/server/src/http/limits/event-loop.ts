import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Beyond this the server sheds what can wait (reliability.md, "rate limits"). */
const OVERLOADED_ABOVE = 250

/** How often the delay is sampled, and over how long it is judged; milliseconds. */
const RESOLUTION = 20
const WINDOW = 2_000

/** Seconds after which a client that was shed may try again: the next window has been judged by then. */
export const SHED_RETRY_AFTER = 2

export interface EventLoop {
  readonly overloaded: boolean
  /** Seconds, over the last whole window. */
  readonly delay: { p50: number; p99: number; max: number }
  close(): void
}

export interface WatchedEventLoop extends EventLoop {
  /** Begins to look, once. Until then there is no delay: what holds the loop while a server starts keeps nobody waiting. */
  watch(): void
}

/** Node records the time from one look to the next, of which the resolution is no delay: an idle loop has none. */
export function delayOf(looks: { percentile(share: number): number; max: number }): EventLoop['delay'] {
  const seconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION) / 1000
  return { p50: seconds(looks.percentile(50)), p99: seconds(looks.percentile(99)), max: seconds(looks.max) }
}

export function createEventLoop(): WatchedEventLoop {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION })
  let delay = { p50: 0, p99: 0, max: 0 }
  let timer: NodeJS.Timeout | undefined
  return {
    watch() {
      if (timer) return
      histogram.enable()
      timer = setInterval(() => {
        delay = delayOf(histogram)
        histogram.reset()
      }, WINDOW)
      timer.unref()
    },
    get overloaded() {
      return delay.p99 * 1000 > OVERLOADED_ABOVE
    },
    get delay() {
      return delay
    },
    close() {
      clearInterval(timer)
      histogram.disable()
    },
  }
}
