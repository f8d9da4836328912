import { wait } from '@opscore/contract/time'

/** Asks until the answer is yes. Throws after `limit` milliseconds, or with the reason of the signal. */
export async function waitUntil(
  what: string,
  ask: () => Promise<boolean>,
  { signal, limit = 60_000 }: { signal: AbortSignal; limit?: number },
): Promise<void> {
  const deadline = performance.now() + limit
  while (!(await ask())) {
    if (performance.now() > deadline) throw new Error(`${what}: not after ${limit / 1000} s`)
    await wait(50, { signal })
  }
}
