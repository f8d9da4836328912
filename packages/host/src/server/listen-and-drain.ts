import { startTimer, wait } from '@opscore/contract/time'
import type { FastifyInstance } from 'fastify'
import { isCode } from '../is-code.ts'
import { BACKLOG } from './http-limits.ts'
import { PortInUseError } from './port-in-use-error.ts'

/** How long requests that are under way may take to end before their connections are cut, in milliseconds. */
const DRAIN_LIMIT = 25_000

/** How often connections are closed that have become idle meanwhile, in milliseconds; `close()` looks at them only once. */
const SWEEP_INTERVAL = 250

export interface Listening {
  /** Where to reach it from this machine. */
  url: string
  port: number
  /**
   * Stops serving: not ready and `Connection: close` for `delay` milliseconds, then no new connections, then what is under
   * way ends or is cut after 25 s. Resolves when everything that hangs on the app's `onClose` is closed too. May be
   * called twice.
   */
  drain(options?: { delay?: number; limit?: number }): Promise<void>
}

/** Starts to listen. Throws `PortInUseError` where the port is taken. */
export async function listenAndDrain({
  app,
  host,
  port,
}: {
  app: FastifyInstance
  host: string
  port: number
}): Promise<Listening> {
  try {
    // Fastify would open a second server for `localhost`, which the limit of the drain would not reach.
    await app.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port, backlog: BACKLOG })
  } catch (error) {
    await app.close()
    if (isCode(error, 'EADDRINUSE')) {
      throw new PortInUseError(port, { cause: error })
    }
    throw error
  }
  const bound = boundPort(app)
  let drained: Promise<void> | undefined
  return {
    url: `http://${reachableHost(host)}:${bound}`,
    port: bound,
    drain(options = {}) {
      drained ??= drain(app, options)
      return drained
    },
  }
}

async function drain(app: FastifyInstance, { delay = 0, limit = DRAIN_LIMIT }: { delay?: number; limit?: number }) {
  app.lifecycle.beginDrain()
  if (delay > 0) await wait(delay)
  const sweep = setInterval(app.lifecycle.closeUnused, SWEEP_INTERVAL)
  const callOff = startTimer(limit, () => app.server.closeAllConnections())
  try {
    const closed = app.close()
    app.lifecycle.closeUnused()
    await closed
  } finally {
    callOff()
    clearInterval(sweep)
  }
}

function boundPort(app: FastifyInstance): number {
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('The server listens on no TCP port')
  return address.port
}

function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === 'localhost') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
