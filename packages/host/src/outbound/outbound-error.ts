/**
 * - `refused`: the URL or an address behind it is outside the policy; trying again will not help
 * - `unreachable`: no connection (name, route, port, TLS); nothing was sent
 * - `timeout`: sent, and not answered in time
 * - `broken`: the connection or the protocol failed after something was sent
 * - `aborted`: the caller's signal
 * - `crowded`: too many requests wait already; nothing was sent
 */
export type OutboundErrorKind = 'refused' | 'unreachable' | 'timeout' | 'broken' | 'aborted' | 'crowded'

/** Why a request of ours got no answer. Its kind says what to do next. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError'
  readonly kind: OutboundErrorKind

  constructor(kind: OutboundErrorKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}
