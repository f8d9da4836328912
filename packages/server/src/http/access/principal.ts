import type { Scope } from '@opscore/contract'

/** Whoever bears a key. */
export interface Principal {
  /** Stable for as long as the key lives; idempotency keys and rate limits are bound to it. */
  id: string
  /** For people. */
  name: string
  scopes: ReadonlySet<Scope>
  /** The agents that it may speak for or see; `null` for all. */
  agentIds: ReadonlySet<string> | null
  /** Epoch milliseconds from which on the key is refused; `null` for never. */
  expiresAt: number | null
}

/** `agentId` is the agent that the request is about, where it is about one: a key bound to agents may do nothing else. */
export function mayUse(principal: Principal, scope: Scope, agentId: string | undefined): boolean {
  if (!principal.scopes.has(scope) && !principal.scopes.has('admin')) return false
  return principal.agentIds === null || (agentId !== undefined && principal.agentIds.has(agentId))
}
