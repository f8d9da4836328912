import { AgentMessage, type Envelope, type Json } from '@opscore/contract'
import { ApiError, parseDateTime } from '@opscore/host'
import type { FastifyInstance } from 'fastify'
import { v7 as uuid } from 'uuid'
import type { AgentRegistry } from '../agent-registry.ts'
import type { Forwarder } from '../outbox/forwarder.ts'
import type { ToolInvoker, ToolOutcome } from '../tools/invoke-tool.ts'
import type { Access } from './access.ts'
import { AgentParams } from './agent.ts'
import { failure, success } from './envelope.ts'
import { fillMessage } from './fill-message.ts'

/** A payload of 256 KiB with its envelope (reliability.md, body). */
const BODY_LIMIT = 320 * 1024

/** What stands in a header as it is. Any other task id only looks like one. */
const HEADER_SAFE = /^[\x21-\x7e]{1,256}$/

export interface MessageRoutes {
  agents: AgentRegistry
  forwarder: Forwarder
  invokeTool: ToolInvoker
  access: Access
}

export function addMessageRoutes(app: FastifyInstance, { agents, forwarder, invokeTool, access }: MessageRoutes): void {
  app.post<{ Params: { agentId: string }; Body: AgentMessage }>(
    '/v1/agents/:agentId/run',
    {
      bodyLimit: BODY_LIMIT,
      config: { rawBody: true },
      onRequest: async (request) => access.assertOpen(request),
      schema: { params: AgentParams, body: AgentMessage },
    },
    async (request, reply) => {
      const { body, rawBody } = request
      const { agentId } = agents.get(request.params.agentId)
      if (body.messageType === 'tool_invocation') {
        access.assertKeyed(request)
        const outcome = await invokeTool(body.payload)
        reply.code(202)
        return toolEnvelope(outcome)
      }
      if (rawBody === null) throw new ApiError('BAD_REQUEST', 'The message has no body')
      const filled = fillMessage(body, rawBody, new Date())
      await forwarder.accept({ agentId, body: filled, ...readDelivery(body) })
      reply.code(202)
      const data = { agentId, dispatch_status: 'scheduled' }
      return success(`Task accepted for agent ${agentId}. Dispatch scheduled.`, data)
    },
  )
}

function toolEnvelope(outcome: ToolOutcome): Envelope<Json> {
  const { name, kind } = outcome.tool
  const tool = `${kind === 'external' ? 'External' : 'Local'} tool '${name}'`
  if (outcome.kind === 'result') return success(`${tool} executed successfully.`, outcome.result)
  const code = kind === 'external' ? 'EXTERNAL_TOOL_EXECUTION_FAILED' : 'LOCAL_TOOL_EXECUTION_FAILED'
  return failure(code, `${tool} execution failed: ${outcome.reason}`, outcome.data)
}

/** What forwarding must know of a message; the rest is the agent's. */
function readDelivery(message: AgentMessage) {
  const taskId = message.opscore_task_id ?? null
  const deadline =
    readDeadline(message.payload.deadline) ?? readDeadline('deadline' in message ? message.deadline : undefined)
  const idempotencyKey = taskId !== null && HEADER_SAFE.test(taskId) ? taskId : uuid()
  return { taskId, idempotencyKey, deadline: deadline ?? null }
}

function readDeadline(value: unknown): number | undefined {
  return typeof value === 'string' ? parseDateTime(value) : undefined
}
