import { parseAttemptId } from '@opscore/engine'
import { verifyWebhook } from '@opscore/host'
import type { FastifyRequest } from 'fastify'
import type { ApiContext } from '../api-context.ts'
import { attemptMeant } from '../session/attempt-meant.ts'

export interface WebhookPolicy {
  /** Those that are live; two while one is rotated, none where calls are not signed. */
  secrets: readonly string[]
  allowUnsigned: boolean
  /** Nobody but this machine reaches the server. */
  loopbackOnly: boolean
}

export interface WebhookGate {
  /** Lets the call through, or throws `401`, `403` or `429`. */
  admit(request: FastifyRequest): Promise<void>
  /** Throws where the caller's key may not register this agent, or the agent registers too often. */
  admitAgent(request: FastifyRequest, agentId: string): void
  /** Throws where the caller's key may not speak for the agent that has this attempt. */
  admitAttempt(request: FastifyRequest, attemptId: string): Promise<void>
  /** The signature of a call that was judged by it. */
  signatureOf(request: FastifyRequest): string | undefined
}

const UNSIGNED = 'The call is neither signed nor does it bear an API key that may register agents'

/** Who may call AgentKit's webhook, signed or not (wire contract, webhook). */
export function createWebhookGate({
  engine,
  guard,
  now,
  webhook,
}: ApiContext & { webhook: WebhookPolicy }): WebhookGate {
  const { secrets, allowUnsigned, loopbackOnly } = webhook

  const isSigned = ({ headers }: FastifyRequest) =>
    secrets.length > 0 &&
    (headers['x-agentkit-signature'] !== undefined || headers['x-agentkit-timestamp'] !== undefined)

  function admitSigned(request: FastifyRequest): void {
    const verdict = verifyWebhook({
      secrets,
      timestamp: headerOf(request, 'x-agentkit-timestamp'),
      signature: headerOf(request, 'x-agentkit-signature'),
      body: request.rawBody ?? Buffer.alloc(0),
      now: now(),
    })
    if (!verdict.ok) throw guard.unauthenticated(request, 'INVALID_SIGNATURE', verdict.reason)
  }

  async function admitUnsigned(request: FastifyRequest): Promise<void> {
    const principal = guard.authenticate(request) ?? (await guard.authenticateLate(request))
    if (principal !== undefined) {
      request.principal = principal
      return
    }
    if (allowUnsigned || (secrets.length === 0 && loopbackOnly && !isForwarded(request))) return
    throw guard.unauthenticated(request, 'UNAUTHENTICATED', UNSIGNED)
  }

  return {
    async admit(request) {
      if (isSigned(request)) admitSigned(request)
      else await admitUnsigned(request)
    },
    admitAgent(request, agentId) {
      if (request.principal !== null) guard.checkScope(request.principal, 'agents', agentId)
      guard.checkAgentRate(request, agentId)
    },
    async admitAttempt({ principal }, attemptId) {
      if (principal === null) return
      const taskId = parseAttemptId(attemptId)?.taskId ?? ''
      const meant = await attemptMeant(engine, taskId, attemptId)
      guard.checkScope(principal, 'agents', meant?.agentId ?? undefined)
    },
    signatureOf: (request) => (isSigned(request) ? headerOf(request, 'x-agentkit-signature') : undefined),
  }
}

/** A proxy on this machine may speak for the whole world. */
function isForwarded({ headers }: FastifyRequest): boolean {
  return Object.keys(headers).some((name) => name === 'forwarded' || name.startsWith('x-forwarded-'))
}

function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}
