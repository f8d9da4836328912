import { startInterval } from '@opscore/contract/time'
import { type buildConnector, Pool } from 'undici'

/** After this long without a request an origin's pool is closed, in milliseconds. Its sockets go after 4 s of their own. */
const IDLE = 30_000

interface Entry {
  pool: Pool
  usedAt: number
}

export interface OriginPools {
  of(origin: string): Pool
  readonly size: number
  [Symbol.asyncDispose](): Promise<void>
}

/** One keep-alive pool per origin that is in use; a fleet of thousands that come and go leaves none behind. */
export function createOriginPools({
  connector,
  limitOf,
  idle = IDLE,
}: {
  connector: buildConnector.connector
  limitOf(origin: string): number
  idle?: number
}): OriginPools {
  const entries = new Map<string, Entry>()
  const endSweeping = startInterval(idle / 3, sweep, { keepAlive: false })

  function sweep(): void {
    const now = Date.now()
    for (const [origin, { pool, usedAt }] of entries) {
      if (now - usedAt < idle || pool.stats.size > 0) continue
      entries.delete(origin)
      pool.close().catch(() => {})
    }
  }

  return {
    of(origin) {
      let entry = entries.get(origin)
      if (entry === undefined) {
        // Our own clock covers headers and body together, so undici's two are off.
        const pool = new Pool(origin, {
          connections: limitOf(origin),
          pipelining: 1,
          connect: connector,
          headersTimeout: 0,
          bodyTimeout: 0,
        })
        entry = { pool, usedAt: 0 }
        entries.set(origin, entry)
      }
      entry.usedAt = Date.now()
      return entry.pool
    },
    get size() {
      return entries.size
    },
    async [Symbol.asyncDispose]() {
      endSweeping()
      const pools = [...entries.values()]
      entries.clear()
      await Promise.all(pools.map(({ pool }) => pool.destroy()))
    },
  }
}
