import { isIP, type LookupFunction, type Socket } from 'node:net'
import { buildConnector } from 'undici'
import type { NameResolver } from './name-resolver.ts'
import type { NetworkPolicy } from './network-policy.ts'
import { OutboundError } from './outbound-error.ts'

/**
 * Opens connections to addresses inside the policy, and to no other. A name is resolved here, each of its addresses is
 * checked, and the socket goes to a checked one: there is no second resolution that could answer otherwise (DNS
 * rebinding). TLS still verifies the name. Fails with `OutboundError` `refused` or `unreachable`.
 */
export function createGuardedConnector(options: {
  policy: NetworkPolicy
  names: NameResolver
  connectTimeout: number
}): buildConnector.connector {
  const { policy, connectTimeout } = options
  const lookup = guardedLookup(options)
  const connect = buildConnector({ timeout: connectTimeout, allowH2: false, lookup, autoSelectFamily: true })

  return (target, callback) => {
    const host = target.hostname.startsWith('[') ? target.hostname.slice(1, -1) : target.hostname
    // For a literal Node connects at once and never calls `lookup`.
    if (isIP(host) !== 0 && !policy.permits(host)) {
      callback(outside(host), null)
      return
    }
    connect({ ...target, hostname: host }, (...[error, socket]: [Error, null] | [null, Socket]) => {
      if (error === null) callback(null, socket)
      else callback(connectionError(error, host), null)
    })
  }
}

/** A `lookup` that answers with permitted addresses only. */
export function guardedLookup({ policy, names }: { policy: NetworkPolicy; names: NameResolver }): LookupFunction {
  return (host, { all }, callback) => {
    names.resolve(host).then(
      (found) => {
        const permitted = found.filter(({ address }) => policy.permits(address))
        const first = permitted[0]
        if (first === undefined) callback(outside(host), [])
        else if (all === true) callback(null, permitted)
        else callback(null, first.address, first.family)
      },
      (error: Error) => callback(error, []),
    )
  }
}

export function connectionError(error: unknown, host: string): OutboundError {
  if (error instanceof OutboundError) return error
  const reason = error instanceof Error ? error.message || error.name : String(error)
  return new OutboundError('unreachable', `No connection to ${host}: ${reason}`, { cause: error })
}

function outside(host: string): OutboundError {
  return new OutboundError('refused', `${host} is outside the networks that are allowed`)
}
