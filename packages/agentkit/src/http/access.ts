import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { ApiError } from '@opscore/host'
import type { FastifyRequest } from 'fastify'

/** Who may do what (wire contract, the end of the AgentKit section). Both throw `UNAUTHENTICATED`. */
export interface Access {
  /** For what steers AgentKit or makes it act: tools, removing agents, running a tool. */
  assertKeyed(request: FastifyRequest): void
  /** For what agents do without a key, unless every request needs one. */
  assertOpen(request: FastifyRequest): void
}

/**
 * Where a key is set, keyed requests must bear it. Where none is, AgentKit listens on loopback alone (config.ts sees to
 * it), and keyed requests must be from this machine: not through a proxy, nor from a page that had its name rebound.
 */
export function createAccess({ apiKey, requireKey }: { apiKey: string | undefined; requireKey: boolean }): Access {
  const expected = apiKey === undefined ? undefined : digest(apiKey)

  function assertKeyed(request: FastifyRequest): void {
    if (expected === undefined) {
      if (!isLocal(request)) throw unauthenticated('AgentKit has no API key: this is for callers on its own machine')
      return
    }
    const given = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
    // Digests have one length, so that the comparison tells nothing of the key, not even how long it is.
    if (given === undefined || !timingSafeEqual(digest(given), expected)) {
      throw unauthenticated(given === undefined ? 'An API key is needed' : 'The API key is not valid')
    }
  }

  return { assertKeyed, assertOpen: requireKey ? assertKeyed : () => {} }
}

function isLocal({ headers }: FastifyRequest): boolean {
  if ('forwarded' in headers || Object.keys(headers).some((name) => name.startsWith('x-forwarded-'))) return false
  const host = URL.parse(`http://${headers.host ?? ''}`)?.hostname ?? ''
  return host === 'localhost' || host.endsWith('.localhost') || isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0
}

function unauthenticated(detail: string): ApiError {
  return new ApiError('UNAUTHENTICATED', detail, { headers: { 'www-authenticate': 'Bearer' } })
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
