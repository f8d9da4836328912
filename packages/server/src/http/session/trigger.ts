import { TriggerRequest, TriggerResponse } from '@opscore/contract'
import type { Trigger } from '@opscore/engine'
import { ApiError, refusedField } from '@opscore/host'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AgentParams } from '../agent/agent.ts'
import { addFastPost } from '../agent/fast-route.ts'
import type { ApiContext } from '../api-context.ts'
import { IdempotencyHeaders, onceFor } from '../idempotency-key.ts'
import { refuseDoubleKey } from '../workflow/double-key.ts'

/** A definition of 1 MiB and a payload of 256 KiB, with their envelope. */
export const DEFINITION_LIMIT = 1.5 * 1024 * 1024
const PAYLOAD_LIMIT = 256 * 1024

/** Starting a workflow with an agent. */
export function addTriggerRoute(app: FastifyInstance, context: ApiContext): void {
  const { engine } = context
  addFastPost<TriggerRequest>(app, context, {
    name: 'workflow',
    rule: { scope: 'trigger', demand: 'trigger' },
    status: 202,
    headers: IdempotencyHeaders,
    body: TriggerRequest,
    limit: DEFINITION_LIMIT,
    exact: { initialPayload: 'object' },
    config: { rawBody: true, definitionAt: '/workflowDefinition' },
    answer: TriggerResponse,
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
    document: {
      id: 'triggerWorkflow',
      tag: 'workflow',
      summary: 'Start a workflow',
      description: 'Exactly one of `workflowDefinitionId` and `workflowDefinition` is given.',
    },
    but: 'idempotency-key',
    takeUsual: ({ agentId, body, bytes }) => engine.trigger(triggerOf(agentId, body, bytes)),
    take: (request) => engine.trigger(triggerIn(request, context)),
    print: JSON.stringify,
  })
}

/** The trigger that a request asks for; once where it has a key. */
function triggerIn(
  {
    body,
    headers,
    params: { agentId },
    principal,
    rawBody,
  }: FastifyRequest<{ Params: AgentParams; Body: TriggerRequest }>,
  { now }: ApiContext,
): Trigger {
  const trigger = triggerOf(agentId, body, rawBody)
  const { 'idempotency-key': key } = headers
  if (typeof key !== 'string' || principal === null || rawBody === null) return trigger
  const route = `trigger/${agentId}`
  return { ...trigger, once: onceFor({ key, owner: principal.id, route, body: rawBody, now: now() }) }
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
