import { createHash } from 'node:crypto'
import type { SendMessageRequest } from '@a2a-js/sdk'
import { RequestMalformedError, UnsupportedOperationError } from '@a2a-js/sdk/errors'
import type { GatewayAgent } from '@opscore/contract'
import { type OpsCoreClient, sessionAgent } from '@opscore/sdk'
import { inputOf } from './message-input.ts'
import { messageWorkflow, readSkill, type Target, taskNameOf } from './target.ts'

export interface TaskStart {
  target: Target
  request: SendMessageRequest
  client: OpsCoreClient
  findAgent: (agentId: string) => GatewayAgent | undefined
  signal: AbortSignal
}

/**
 * Starts the session that a message asks for, and gives its id. The same message starts one session, however often it comes. Throws
 * errors of A2A, and `OpsCoreError`.
 */
export async function startTask({ target, request, client, findAgent, signal }: TaskStart): Promise<string> {
  const { message, metadata } = request
  if (!message) throw new RequestMalformedError('There is no message')
  if (message.taskId !== '')
    throw new UnsupportedOperationError('A session takes no further messages: send one without taskId')
  if (message.contextId !== '') {
    throw new UnsupportedOperationError('A session is a context of its own: send the message without contextId')
  }
  const named = { ...metadata, ...message.metadata }
  const meant = target.kind === 'fleet' ? skillMeant(named, findAgent) : target
  const initialPayload = inputOf(message)
  const idempotencyKey = `a2a-${createHash('sha256').update(message.messageId).digest('hex')}`
  const options = { initialPayload, signal, ...(message.messageId === '' ? {} : { idempotencyKey }) }
  if (meant.kind === 'agent') {
    const workflowDefinition = messageWorkflow(meant.agent, taskNameOf(meant.agent, named.task))
    return (await client.trigger(meant.agent.agentId, { ...options, workflowDefinition })).sessionId
  }
  const workflowDefinitionId = meant.workflowId
  const { definition } = await client.workflows.get(workflowDefinitionId, { signal })
  if (!definition.expose) throw new RequestMalformedError(`The workflow ${workflowDefinitionId} is not offered`)
  const { agentId } = await sessionAgent(client, definition, { signal })
  if (agentId === null) throw new RequestMalformedError(`Nobody is registered who can begin ${workflowDefinitionId}`)
  return (await client.trigger(agentId, { ...options, workflowDefinitionId })).sessionId
}

function skillMeant(
  metadata: Parameters<typeof readSkill>[0],
  findAgent: TaskStart['findAgent'],
): Exclude<Target, { kind: 'fleet' }> {
  const skill = readSkill(metadata)
  if (skill?.kind === 'workflow') return { kind: 'workflow', workflowId: skill.id }
  const agent = skill && findAgent(skill.id)
  if (agent) return { kind: 'agent', agent }
  throw new RequestMalformedError('metadata.skill must name a skill of the card, such as agent/<id> or workflow/<id>')
}
