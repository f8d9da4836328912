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

export function createEventLoop(): EventLoop {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION })
  histogram.enable()
  const seconds = (nanoseconds: number) => nanoseconds / 1e9
  let delay = { p50: 0, p99: 0, max: 0 }
  const timer = setInterval(() => {
    delay = {
      p50: seconds(histogram.percentile(50)),
      p99: seconds(histogram.percentile(99)),
      max: seconds(histogram.max),
    }
    histogram.reset()
  }, WINDOW)
  timer.unref()
  return {
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
