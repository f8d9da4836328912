/** What every server of the benchmarks says to the process that started it (harness/child-server.ts). */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { wait } from '@opscore/contract/time'

/** How often the loop is looked at, in milliseconds: it counts as part of what it then finds. */
const RESOLUTION = 1

/**
 * Reports where it listens, then answers `collect` with the heap after garbage collection and `longest-hold` with how long
 * its event loop was held at most since the last time, and ends at `close`.
 */
export function serve(server: { url: string; close(): Promise<unknown> }): void {
  let watch: ReturnType<typeof watchLoop> | undefined
  process.on('message', async (message) => {
    if (message === 'longest-hold') {
      watch ??= watchLoop()
      // What has just held the loop is found at the next look, and this message may have come before it.
      await wait(5 * RESOLUTION)
      process.send?.(Math.max(0, watch.max / 1e6 - RESOLUTION))
      watch.reset()
    }
    if (message === 'collect') process.send?.(await collectedHeap())
    if (message === 'close') {
      await server.close()
      process.disconnect()
    }
  })
  process.send?.(server.url)
}

function watchLoop() {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION })
  histogram.enable()
  return histogram
}

/** Twice with a turn between them: what finalizers let go of in the first is free only after the second. */
async function collectedHeap(): Promise<number> {
  for (let pass = 0; pass < 2; pass += 1) {
    globalThis.gc?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return process.memoryUsage().heapUsed
}
