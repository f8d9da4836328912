import { connect as connectSocket, isIP } from 'node:net'
import { startTimer } from '@opscore/contract/time'
import type { Dispatcher } from 'undici'
import { collectAnswer, type OutboundAnswer } from './answer-collector.ts'
import { bareHost, checkEndpoint } from './endpoint.ts'
import { connectionError, createGuardedConnector, guardedLookup } from './guarded-connector.ts'
import { createNameResolver, type NameResolver } from './name-resolver.ts'
import type { NetworkPolicy } from './network-policy.ts'
import { createOriginGate } from './origin-gate.ts'
import { createOriginPools } from './origin-pools.ts'
import { OutboundError } from './outbound-error.ts'

export type { OutboundAnswer } from './answer-collector.ts'

export interface OutboundRequest {
  url: string
  method: Dispatcher.HttpMethod
  headers?: Record<string, string>
  body?: string | Buffer
  signal?: AbortSignal
  /** Milliseconds from the request's first byte to the answer's last, instead of the outbound's own. */
  timeout?: number
}

export interface OutboundOptions {
  policy: NetworkPolicy
  /** Requests at once to one origin; more wait. */
  perOrigin?: number
  /** Requests at once in all; more wait. */
  total?: number
  /** Requests that may wait for one origin; one more is `crowded`. */
  queueLimit?: number
  /** Milliseconds to connect, with resolving the name. */
  connectTimeout?: number
  /** Milliseconds from a request's first byte to its answer's last. */
  timeout?: number
  /** Bytes of an answer that are read. */
  answerLimit?: number
  /** Instead of `perOrigin`, by origin (any URL of it). */
  originLimits?: Readonly<Record<string, number>>
  names?: NameResolver
}

/**
 * HTTP to agents and tools, which may be slow, hostile or gone. Stays inside its network policy, follows no redirect, reads
 * no more than it must, and lets no origin take more than its share. Every failure is an `OutboundError`.
 */
export interface Outbound {
  request(request: OutboundRequest): Promise<OutboundAnswer>
  /** Resolves once a TCP connection stands, and closes it: the probe whether anybody is there. */
  connect(url: string, options?: { signal?: AbortSignal }): Promise<void>
  /** Cuts what is under way. */
  [Symbol.asyncDispose](): Promise<void>
}

export function createOutbound(options: OutboundOptions): Outbound {
  const { policy, perOrigin = 8, total = 1024, queueLimit = 1024 } = options
  const { connectTimeout = 5000, timeout = 10_000, answerLimit = 65_536, names = createNameResolver() } = options
  const limits = new Map(Object.entries(options.originLimits ?? {}).map(([url, limit]) => [new URL(url).origin, limit]))
  const limitOf = (origin: string) => limits.get(origin) ?? perOrigin
  const gate = createOriginGate({ total, limitOf, queueLimit })
  const connector = createGuardedConnector({ policy, names, connectTimeout })
  const pools = createOriginPools({ connector, limitOf })
  const lookup = guardedLookup({ policy, names })
  let disposed = false

  return {
    async request({ url: text, method, headers, body, signal, timeout: own = timeout }) {
      const url = permitted(policy, text)
      refuseAborted(signal)
      await gate.enter(url.origin, signal)
      if (disposed) {
        gate.leave(url.origin)
        throw new OutboundError('aborted', 'No requests go out any more')
      }
      // Between the gate's answer and here the signal may have gone off, and it does so only once.
      if (signal?.aborted) gate.leave(url.origin)
      refuseAborted(signal)
      const { promise, resolve, reject } = Promise.withResolvers<OutboundAnswer>()
      const released = () => gate.leave(url.origin)
      const handler = collectAnswer({ limit: answerLimit, timeout: own, signal, released, resolve, reject })
      const path = url.pathname + url.search
      pools.of(url.origin).dispatch({ path, method, headers: headers ?? null, body: body ?? null }, handler)
      return promise
    },
    async connect(text, { signal } = {}) {
      const url = permitted(policy, text)
      refuseAborted(signal)
      await probe({ url, lookup, timeout: connectTimeout, signal })
    },
    async [Symbol.asyncDispose]() {
      disposed = true
      await pools[Symbol.asyncDispose]()
    },
  }
}

function permitted(policy: NetworkPolicy, text: string): URL {
  const endpoint = checkEndpoint(policy, text)
  if (!endpoint.ok) throw new OutboundError('refused', endpoint.reason)
  return endpoint.url
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new OutboundError('aborted', 'The request was given up', { cause: signal.reason })
}

function probe({
  url,
  lookup,
  timeout,
  signal,
}: {
  url: URL
  lookup: ReturnType<typeof guardedLookup>
  timeout: number
  signal: AbortSignal | undefined
}): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const host = bareHost(url)
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  const socket = connectSocket({ host, port, autoSelectFamily: true, ...(isIP(host) === 0 ? { lookup } : {}) })
  const giveUp = () => socket.destroy(new OutboundError('aborted', 'The probe was given up', { cause: signal?.reason }))
  const callOff = startTimer(timeout, () => socket.destroy(new Error(`no connection within ${timeout} ms`)))
  signal?.addEventListener('abort', giveUp, { once: true })
  socket.once('connect', () => {
    resolve()
    socket.destroy()
  })
  socket.once('error', (error) => reject(connectionError(error, host)))
  socket.once('close', () => {
    callOff()
    signal?.removeEventListener('abort', giveUp)
  })
  return promise
}
