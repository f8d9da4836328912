import { Accepted, AgentNotification } from '@opscore/contract'
import type { Engine, Once } from '@opscore/engine'
import { DomainError } from '@opscore/engine'
import { ApiError, parseJsonBody, refusedField } from '@opscore/host'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ApiContext } from '../api-context.ts'
import { digest } from '../idempotency-key.ts'
import { operation } from '../openapi/operation.ts'
import { createWebhookGate, type WebhookGate, type WebhookPolicy } from './webhook-gate.ts'

/** A result of 256 KiB with its envelope (reliability.md, body). */
const WEBHOOK_LIMIT = 320 * 1024

/** How long a delivery that bears an id is known again: AgentKit may be down before it tries once more. Milliseconds. */
const DELIVERY_KEPT = 24 * 3_600_000
/** The same of a signature: twice the tolerance of its timestamp. */
const SIGNATURE_KEPT = 600_000

interface Call {
  engine: Engine
  body: AgentNotification
  once: Once | undefined
  /** Throws where the caller may not speak for this agent, or does so too often. */
  admit(agentId: string): void
  /** Throws where the caller may not speak for the agent of this attempt. */
  admitAttempt(attemptId: string): Promise<void>
}

/** AgentKit's webhook: which agents come and go, which messages it could not deliver, and what agents answered. */
export function addNotifyRoute(app: FastifyInstance, context: ApiContext & { webhook: WebhookPolicy }): void {
  const { engine, now } = context
  const gate = createWebhookGate(context)
  app.register(async (scope) => {
    keepBytes(scope)
    scope.post<{ Body: AgentNotification }>(
      '/v1/opscore/internal/agent/notify',
      {
        bodyLimit: WEBHOOK_LIMIT,
        async preValidation(request) {
          await gate.admit(request)
          Object.assign(request, { body: parseBytes(request) })
        },
        schema: operation({
          id: 'notifyAgent',
          tag: 'agent',
          summary: "AgentKit's webhook: an agent came, went, could not be reached, or answered a task with its result",
          description:
            'Signed by `X-AgentKit-Timestamp` and `X-AgentKit-Signature`: lower-case hex HMAC-SHA256 over `<timestamp>.<body>`. An unsigned call needs an API key that may register agents. A call with the `delivery_id` and the body of an earlier one is answered as that was, for 24 hours.',
          body: AgentNotification,
          answers: { 200: Accepted },
          errors: [
            'UNAUTHENTICATED',
            'INVALID_SIGNATURE',
            'FORBIDDEN',
            'RATE_LIMITED',
            'UNKNOWN_EVENT_TYPE',
            'STORE_UNAVAILABLE',
            'STORE_FULL',
          ],
        }),
      },
      async (request): Promise<Accepted> => {
        const { body } = request
        const once = onceFor(request, gate, now())
        const message = await carryOut({
          engine,
          body,
          once,
          admit: (agentId) => gate.admitAgent(request, agentId),
          admitAttempt: (attemptId) => gate.admitAttempt(request, attemptId),
        })
        return { status: 'success', message }
      },
    )
  })
}

async function carryOut({ engine, body, once, admit, admitAttempt }: Call): Promise<string> {
  const agentId = body.agent_details?.agentId ?? body.agentId
  switch (body.event_type.toUpperCase()) {
    case 'REGISTER': {
      const details = body.agent_details ?? missing('agent_details', body)
      admit(details.agentId)
      await engine.registerAgent(details, once)
      return `Agent ${details.agentId} registered successfully.`
    }
    case 'DEREGISTER': {
      const id = agentId ?? missing('agent_details', body)
      admit(id)
      await engine.deregisterAgent(id, once).catch(unlessUnknown)
      return `Agent ${id} deregistered successfully.`
    }
    case 'DISPATCH_FAILED': {
      const attemptId = body.opscore_task_id ?? missing('opscore_task_id', body)
      const reason = body.reason ?? missing('reason', body)
      if (agentId !== undefined) admit(agentId)
      await admitAttempt(attemptId)
      const { retryable = true, reached = false, refused = false, retryAfter = null } = body
      if (refused && agentId !== undefined) {
        const pause = retryAfter === null ? null : retryAfter * 1000
        await engine.dispatchRefused({ attemptId, agentId, reason, retryAfter: pause }, once)
        return `Refusal of ${attemptId} noted.`
      }
      await engine.dispatchFailed({ attemptId, agentId: agentId ?? null, reason, retryable, reached }, once)
      return `Failure to deliver ${attemptId} noted.`
    }
    case 'RESULT':
      return takeAnswer({ engine, body, once, admit, admitAttempt })
    default:
      throw new ApiError('UNKNOWN_EVENT_TYPE', `Unknown event type: ${body.event_type}`)
  }
}

async function takeAnswer({ engine, body, once, admit, admitAttempt }: Call): Promise<string> {
  const agentId = body.agentId ?? missing('agentId', body)
  const attemptId = body.opscore_task_id ?? missing('opscore_task_id', body)
  const { status = missing('status', body), result = null, error = null } = body
  admit(agentId)
  await admitAttempt(attemptId)
  await engine.taskAnswered({ attemptId, agentId, answer: { opscore_task_id: attemptId, status, result, error } }, once)
  return `Answer to ${attemptId} noted.`
}

/**
 * By what a repeated delivery is known: by its own id, or else by its signature. The signer's clock has whole seconds, so a
 * signature only says that the words are the same; they may be said again, with others between.
 */
function onceFor(
  request: FastifyRequest<{ Body: AgentNotification }>,
  gate: WebhookGate,
  now: number,
): Once | undefined {
  const { rawBody, body } = request
  if (rawBody === null) return undefined
  const fingerprint = digest(rawBody)
  if (body.delivery_id) {
    // With the body in the key, two senders that count from 1 are never in each other's way.
    const key = `delivery:${digest(JSON.stringify([body.delivery_id, fingerprint]))}`
    return { key, fingerprint, expiresAt: now + DELIVERY_KEPT }
  }
  const signature = gate.signatureOf(request)
  if (signature === undefined) return undefined
  return { key: `webhook:${signature}`, fingerprint, expiresAt: now + SIGNATURE_KEPT, whileItHolds: true }
}

/** The signature is judged before anything is made of the body, so the bytes are only kept here. */
function keepBytes(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    request.rawBody = Buffer.from(body)
    done(null, undefined)
  })
}

function parseBytes({ headers, rawBody }: FastifyRequest): unknown {
  if (rawBody === null || rawBody.length === 0) return undefined
  if (/^application\/json *(?:;|$)/i.test(headers['content-type'] ?? ''))
    return parseJsonBody(rawBody, { result: 'any' })
  throw new ApiError('UNSUPPORTED_MEDIA_TYPE', 'The body must be application/json')
}

/** Who is to be gone is gone: the sender may be telling it a second time. */
function unlessUnknown(error: unknown): void {
  if (!(error instanceof DomainError && error.code === 'AGENT_NOT_FOUND')) throw error
}

/** What is missing is shown with what holds it. */
function missing(field: string, body: AgentNotification): never {
  throw refusedField(['body', field], { type: 'missing', message: 'Field required', input: body })
}
