import type { Log } from '../ports/log.ts'

/** Lines that a sweep found and that are looked at together. Of 10,000 all at once would hold up what events move. */
const AT_ONCE = 32

/** Goes through `once` for as long as that says so. Never rejects; resolves when it is over, or somebody else is at it. */
export type Look = (key: string, once: () => Promise<boolean>) => Promise<void>

/** One look at a time for each key; a call meanwhile means one more look after it. */
export function createLooker({ log, trouble }: { log: Log; trouble: () => void }): Look {
  const looking = new Map<string, boolean>()

  return async (key, once) => {
    const busy = looking.has(key)
    looking.set(key, busy)
    if (busy) return
    try {
      while ((await once()) || looking.get(key)) looking.set(key, false)
    } catch (error) {
      log.warn({ key, error: String(error) }, 'A line could not be served; the next event or sweep looks again')
      trouble()
    } finally {
      looking.delete(key)
    }
  }
}

/** Has lines served in the order in which they were named, so many at a time; one that waits for its turn waits once. */
export function createTurns(serve: (line: string) => Promise<void>): { add(line: string): void; clear(): void } {
  const waiting = new Set<string>()
  let free = AT_ONCE

  async function serveAll(): Promise<void> {
    free -= 1
    for (const line of waiting) {
      waiting.delete(line)
      await serve(line)
    }
    free += 1
  }

  return {
    add(line) {
      waiting.add(line)
      if (free > 0) void serveAll()
    },
    clear: () => waiting.clear(),
  }
}
