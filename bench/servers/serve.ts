/** What every server of the benchmarks says to the process that started it (harness/child-server.ts). */

/** Reports where it listens, then answers `collect` with the heap after garbage collection and ends at `close`. */
export function serve(server: { url: string; close(): Promise<unknown> }): void {
  process.on('message', async (message) => {
    if (message === 'collect') process.send?.(await collectedHeap())
    if (message === 'close') {
      await server.close()
      process.disconnect()
    }
  })
  process.send?.(server.url)
}

/** Twice with a turn between them: what finalizers let go of in the first is free only after the second. */
async function collectedHeap(): Promise<number> {
  for (let pass = 0; pass < 2; pass += 1) {
    globalThis.gc?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return process.memoryUsage().heapUsed
}
