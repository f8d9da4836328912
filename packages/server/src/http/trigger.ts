import { TriggerRequest, TriggerResponse } from '@opscore/contract'
import { ApiError } from '@opscore/host'
import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import type { Trigger } from '../engine/engine.ts'
import { AgentParams } from './agent.ts'
import type { ApiContext } from './api-context.ts'
import { guarded } from './guarded.ts'
import { IdempotencyHeaders, onceFor } from './idempotency-key.ts'

/** A definition of 1 MiB and a payload of 256 KiB, with their envelope. */
export const DEFINITION_LIMIT = 1.5 * 1024 * 1024
const PAYLOAD_LIMIT = 256 * 1024

/** Starting a workflow with an agent. */
export function addTriggerRoute(app: FastifyInstance, { engine, guard, now }: ApiContext): void {
  app.post<{ Params: AgentParams; Body: TriggerRequest; Headers: Static<typeof IdempotencyHeaders> }>(
    '/v1/opscore/agent/:agentId/workflow',
    {
      bodyLimit: DEFINITION_LIMIT,
      config: { rawBody: true, definitionAt: '/workflowDefinition' },
      ...guarded(guard, {
        id: 'triggerWorkflow',
        tag: 'workflow',
        summary: 'Start a workflow',
        description: 'Exactly one of `workflowDefinitionId` and `workflowDefinition` is given.',
        rule: { scope: 'trigger', demand: 'trigger' },
        params: AgentParams,
        headers: IdempotencyHeaders,
        body: TriggerRequest,
        answers: { 202: TriggerResponse },
        errors: [
          'AGENT_NOT_FOUND',
          'WORKFLOW_NOT_FOUND',
          'INVALID_WORKFLOW_DEFINITION',
          'IDEMPOTENCY_KEY_REUSED',
          'IDEMPOTENCY_IN_FLIGHT',
          'STORE_UNAVAILABLE',
          'STORE_FULL',
        ],
      }),
    },
    async ({ params: { agentId }, body, headers, principal, rawBody }, reply) => {
      const trigger: Trigger = { agentId, workflow: chosenWorkflow(body), input: checkedPayload(body, rawBody) }
      const key = headers['idempotency-key']
      if (key !== undefined && principal !== null && rawBody !== null) {
        const route = `trigger/${agentId}`
        trigger.once = onceFor({ key, owner: principal.id, route, body: rawBody, now: now() })
      }
      const started = await engine.trigger(trigger)
      return reply.code(202).send(started)
    },
  )
}

function chosenWorkflow({
  workflowDefinitionId: id,
  workflowDefinition: definition,
}: TriggerRequest): Trigger['workflow'] {
  if (typeof id === 'string' && !definition) return { id }
  if (definition && typeof id !== 'string') return { definition }
  const message = 'Exactly one of workflowDefinitionId and workflowDefinition must be given'
  throw new ApiError('VALIDATION_FAILED', message, {
    issues: [{ loc: ['body'], msg: `Value error, ${message}`, type: 'value_error' }],
    errors: [{ path: '', message }],
  })
}

function checkedPayload({ initialPayload }: TriggerRequest, rawBody: Buffer | null): Trigger['input'] {
  if (!initialPayload) return null
  const mayBeTooLarge = rawBody === null || rawBody.length > PAYLOAD_LIMIT
  if (mayBeTooLarge && Buffer.byteLength(JSON.stringify(initialPayload)) > PAYLOAD_LIMIT) {
    throw new ApiError('PAYLOAD_TOO_LARGE', 'initialPayload is larger than 256 KiB')
  }
  return initialPayload
}
