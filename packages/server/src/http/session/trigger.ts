import { TriggerRequest, TriggerResponse } from '@opscore/contract'
import type { Trigger } from '@opscore/engine'
import { ApiError, refusedField } from '@opscore/host'
import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import type { Rule } from '../access/guard.ts'
import { AgentParams } from '../agent/agent.ts'
import { bodyFoundBefore, postShortcut, throwFoundBefore } from '../agent/agent-shortcuts.ts'
import type { ApiContext } from '../api-context.ts'
import { guarded } from '../guarded.ts'
import { IdempotencyHeaders, onceFor } from '../idempotency-key.ts'
import { refuseDoubleKey } from '../workflow/double-key.ts'

/** A definition of 1 MiB and a payload of 256 KiB, with their envelope. */
export const DEFINITION_LIMIT = 1.5 * 1024 * 1024
const PAYLOAD_LIMIT = 256 * 1024

const EXACT = { initialPayload: 'object' } as const

const RULE: Rule = { scope: 'trigger', demand: 'trigger' }

/** Starting a workflow with an agent. */
export function addTriggerRoute(app: FastifyInstance, context: ApiContext): void {
  const { engine, guard, now } = context
  app.shortcuts.push(
    postShortcut<TriggerRequest>(context, {
      ...{
        name: 'workflow',
        rule: RULE,
        bodyLimit: DEFINITION_LIMIT,
        schema: TriggerRequest,
        status: 202,
        but: 'idempotency-key',
        exact: EXACT,
      },
      answer: ({ agentId, body, bytes }) => engine.trigger(triggerOf(agentId, body, bytes)),
      print: JSON.stringify,
    }),
  )

  app.post<{ Params: AgentParams; Body: TriggerRequest; Headers: Static<typeof IdempotencyHeaders> }>(
    '/v1/opscore/agent/:agentId/workflow',
    {
      bodyLimit: DEFINITION_LIMIT,
      preParsing: bodyFoundBefore,
      config: { rawBody: true, exact: EXACT, definitionAt: '/workflowDefinition' },
      ...guarded(guard, {
        id: 'triggerWorkflow',
        tag: 'workflow',
        summary: 'Start a workflow',
        description: 'Exactly one of `workflowDefinitionId` and `workflowDefinition` is given.',
        rule: RULE,
        params: AgentParams,
        headers: IdempotencyHeaders,
        body: TriggerRequest,
        answers: { 202: TriggerResponse },
        errors: [
          'AGENT_NOT_FOUND',
          'WORKFLOW_NOT_FOUND',
          'INVALID_WORKFLOW_DEFINITION',
          'PAYLOAD_INVALID',
          'IDEMPOTENCY_KEY_REUSED',
          'IDEMPOTENCY_IN_FLIGHT',
          'STORE_UNAVAILABLE',
          'STORE_FULL',
        ],
      }),
    },
    async (request, reply) => {
      throwFoundBefore(request)
      const { body, headers, principal, rawBody } = request
      const { agentId } = request.params
      const trigger = triggerOf(agentId, body, rawBody)
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

function triggerOf(agentId: string, body: TriggerRequest, rawBody: Buffer | null): Trigger {
  if (rawBody !== null && body.workflowDefinition) refuseDoubleKey(rawBody, body)
  return { agentId, workflow: chosenWorkflow(body), input: checkedPayload(body, rawBody) }
}

function chosenWorkflow({
  workflowDefinitionId: id,
  workflowDefinition: definition,
}: TriggerRequest): Trigger['workflow'] {
  if (typeof id === 'string' && !definition) return { id }
  if (definition && typeof id !== 'string') return { definition }
  if (typeof id !== 'string' && !definition) {
    throw new ApiError('MISSING_WORKFLOW', 'Missing workflowDefinitionId or workflowDefinition')
  }
  throw refusedField(['body'], {
    message: 'Only one of workflowDefinitionId and workflowDefinition may be given',
    input: { workflowDefinitionId: id, workflowDefinition: definition },
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
