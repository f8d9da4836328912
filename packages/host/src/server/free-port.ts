import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Ports that are to be had again at the next start lie below those that systems hand out to outgoing connections (32768
 * on Linux, 49152 elsewhere): any of these may be taken by such a connection for a while.
 */
const LASTING = { from: 20_000, to: 32_000 }

/** A port of 127.0.0.1 that is free at this moment, none of `except`. `lasting`: one that is likely to be free later too. */
export async function freePort({ lasting = false, except = new Set<number>() } = {}): Promise<number> {
  for (;;) {
    const port = await tryPort(lasting ? randomInt(LASTING.from, LASTING.to) : 0)
    if (port !== undefined && !except.has(port)) return port
  }
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
    })
  })
}
