import type { Json, RegisterToolRequest } from '@opscore/contract'
import { ApiError, type Outbound, type OutboundAnswer, OutboundError } from '@opscore/host'
import { type Tool, ToolError } from './tool.ts'

/** What a definition leaves out. A definition that says it is the same tool. */
export function completeDefinition(definition: RegisterToolRequest): Required<RegisterToolRequest> {
  const { name, endpoint, description = '', parameters = { type: 'object' } } = definition
  return { name, description, endpoint, parameters }
}

/** A tool behind an HTTP endpoint: it is POSTed `{"arguments": {…}}` and answers JSON (wire contract, AgentKit). */
export function createExternalTool(definition: RegisterToolRequest, outbound: Outbound): Tool {
  const { name, description, endpoint, parameters } = completeDefinition(definition)
  return {
    name,
    description,
    endpoint,
    parameters,
    kind: 'external',
    async run(args) {
      const answer = await call(name, outbound, { url: endpoint, body: JSON.stringify({ arguments: args }) })
      if (answer.status < 200 || answer.status > 299) throw new ToolError(`It answered ${answer.status}`)
      if (answer.truncated) throw new ToolError('Its answer is too long')
      return readJson(answer.body)
    },
  }
}

async function call(name: string, outbound: Outbound, request: { url: string; body: string }): Promise<OutboundAnswer> {
  try {
    const headers = { 'content-type': 'application/json', accept: 'application/json' }
    return await outbound.request({ ...request, method: 'POST', headers })
  } catch (error) {
    throw error instanceof OutboundError ? notReached(name, error) : error
  }
}

function notReached(name: string, error: OutboundError): ApiError {
  const options = { cause: error }
  switch (error.kind) {
    case 'timeout':
      return new ApiError('EXTERNAL_TOOL_TIMEOUT', `Tool '${name}' did not answer in time`, options)
    case 'crowded':
      return new ApiError('OVERLOADED', `Too many calls wait for tool '${name}'`, { ...options, retryAfter: 1 })
    case 'aborted':
      return new ApiError('SHUTTING_DOWN', 'AgentKit is stopping', options)
    default:
      return new ApiError('EXTERNAL_TOOL_UNREACHABLE', `Tool '${name}' cannot be reached: ${error.message}`, options)
  }
}

function readJson(body: Buffer): Json {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw new ToolError('Its answer is not JSON', { cause: error })
  }
}
