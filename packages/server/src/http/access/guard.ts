import type { Scope } from '@opscore/contract'
import { ApiError, foundBefore } from '@opscore/host'
import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import { type EventLoop, SHED_RETRY_AFTER } from '../limits/event-loop.ts'
import type { RateLimits } from '../limits/rate-limits.ts'
import { createAuthenticator } from './authenticate.ts'
import type { KeyRing } from './key-ring.ts'
import { mayUse, type Principal } from './principal.ts'

/**
 * What a route asks of the server, which says how it is limited:
 * - `report`: from an agent, limited by agent; goes on under overload
 * - `attempt-report`: the same where it may name an attempt: the route limits it, once it has read of which
 * - `lookup`: one thing by its id; not limited, goes on under overload
 * - `management`: lists and changes, limited by key; shed under overload
 * - `trigger`: limited by key, ten times as high; shed under overload
 */
export type Demand = 'report' | 'attempt-report' | 'lookup' | 'management' | 'trigger'

export interface Rule {
  scope: Scope
  demand: Demand
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set on every route behind a rule. */
    principal: Principal | null
    /** When the request came, in milliseconds of `performance.now()`. */
    arrivedAt: number
  }
}

export interface Guard {
  /** Lets through only who may, and no more than the server takes. */
  require(rule: Rule): onRequestHookHandler
  /** Whether `require` would let it through; where it would, the request counts against its rate. */
  admits(authorization: string | undefined, rule: Rule, agentId: string, now: number): boolean
  /**
   * Lets through who has any of the scopes, for routes that know only from the body which one it takes, and which agent
   * it is about: they check both, and the agent's rate.
   */
  requireOneOf(scopes: readonly Scope[]): onRequestHookHandler
  /** Who bears this request's key, where it bears one that this process knows. */
  authenticate(request: FastifyRequest): Principal | undefined
  /** The same for one that it does not know, where another process may have made it a moment ago. */
  authenticateLate(request: FastifyRequest): Promise<Principal | undefined>
  /** The `401`, or `429` for an address that failed too often. */
  unauthenticated(request: FastifyRequest, code?: 'UNAUTHENTICATED' | 'INVALID_SIGNATURE', reason?: string): ApiError
  /** Throws `FORBIDDEN` unless the principal may. */
  checkScope(principal: Principal, scope: Scope, agentId: string | undefined): void
  /** Throws `RATE_LIMITED` where the agent reports or registers too often. */
  checkAgentRate(request: FastifyRequest, agentId: string): void
  /** The same for a report: by the attempt under way that it names, else by its agent. `now` is as `arrivedAt`. */
  checkReportRate(agentId: string, attemptId: string | null, now: number): void
}

export function createGuard(options: {
  keys: KeyRing
  limits: RateLimits
  eventLoop: EventLoop
  /** Epoch milliseconds. */
  now: () => number
}): Guard {
  const { keys, limits, eventLoop, now } = options
  const { known, late } = createAuthenticator(keys, now)

  function checkDemand(demand: Demand, principal: Principal, agentId: string | undefined, now: number): void {
    if (demand === 'lookup' || demand === 'attempt-report') return
    if (demand === 'report') {
      if (agentId !== undefined) refuseAbove(limits.agent.take(agentId, now), 'This agent calls too often')
      return
    }
    if (limits.sheds && eventLoop.overloaded) {
      throw new ApiError('OVERLOADED', 'The server is busy with what agents report', { retryAfter: SHED_RETRY_AFTER })
    }
    refuseAbove(limits[demand].take(principal.id, now), 'Too many requests with this API key')
  }

  /** Lets in whoever bears a good key and passes `check`. A key that is known costs no promise. */
  function letIn(check: (request: FastifyRequest, principal: Principal) => void): onRequestHookHandler {
    async function letInLate(request: FastifyRequest): Promise<void> {
      const principal = await guard.authenticateLate(request)
      if (principal === undefined) throw guard.unauthenticated(request)
      check(request, principal)
      request.principal = principal
    }

    return function admit(request, _reply, done) {
      const principal = guard.authenticate(request)
      // Fastify goes on when a hook's promise resolves, or when it is done.
      if (principal === undefined) return letInLate(request)
      check(request, principal)
      request.principal = principal
      done()
    }
  }

  const guard: Guard = {
    authenticate: (request) => known(request.raw.headers.authorization),
    authenticateLate: (request) => late(request.raw.headers.authorization),

    unauthenticated(request, code = 'UNAUTHENTICATED', reason = whatIsWrong(request)) {
      const wait = limits.failure.take(request.ip, request.arrivedAt)
      if (wait > 0) return rateLimited(wait, 'Too many failed authentications from this address')
      return new ApiError(code, reason, { headers: { 'www-authenticate': 'Bearer' } })
    },

    checkScope(principal, scope, agentId) {
      if (!mayUse(principal, scope, agentId)) throw new ApiError('FORBIDDEN', `The API key may not do this: ${scope}`)
    },

    checkAgentRate(request, agentId) {
      refuseAbove(limits.agent.take(agentId, request.arrivedAt), 'This agent calls too often')
    },

    checkReportRate(agentId, attemptId, now) {
      if (attemptId === null) refuseAbove(limits.agent.take(agentId, now), 'This agent calls too often')
      else refuseAbove(limits.attempt.take(attemptId, now), 'This attempt is reported on too often')
    },

    admits(authorization, { scope, demand }, agentId, now) {
      const principal = known(authorization)
      if (principal === undefined || !mayUse(principal, scope, agentId)) return false
      if (demand === 'lookup' || demand === 'attempt-report') return true
      if (demand === 'report') return limits.agent.take(agentId, now) === 0
      return !(limits.sheds && eventLoop.overloaded) && limits[demand].take(principal.id, now) === 0
    },

    require: ({ scope, demand }) =>
      letIn((request, principal) => {
        const agentId = agentIdOf(request.params)
        guard.checkScope(principal, scope, agentId)
        // A request that a shortcut handed on was counted there.
        if (foundBefore(request.raw) === undefined) checkDemand(demand, principal, agentId, request.arrivedAt)
      }),

    requireOneOf: (scopes) =>
      letIn((_request, principal) => {
        if (principal.scopes.has('admin') || scopes.some((scope) => principal.scopes.has(scope))) return
        throw new ApiError('FORBIDDEN', `The API key may not do this: ${scopes.join(' or ')}`)
      }),
  }
  return guard
}

/** Scripts match on these sentences (wire contract, "To the letter"). */
function whatIsWrong({ raw }: FastifyRequest): string {
  return raw.headers.authorization ? 'Invalid authentication credentials' : 'Authorization header missing'
}

function refuseAbove(wait: number, reason: string): void {
  if (wait > 0) throw rateLimited(wait, reason)
}

function rateLimited(wait: number, reason: string): ApiError {
  return new ApiError('RATE_LIMITED', reason, { retryAfter: wait })
}

function agentIdOf(params: unknown): string | undefined {
  if (typeof params !== 'object' || params === null || !('agentId' in params)) return undefined
  return typeof params.agentId === 'string' ? params.agentId : undefined
}
