import type { Json, RegisterToolRequest } from '@opscore/contract'
import { ApiError, type Outbound, type OutboundAnswer, OutboundError } from '@opscore/host'
import { type Tool, ToolError } from './tool.ts'
import { readToolJson } from './tool-json.ts'

/** What a definition leaves out. A definition that says it is the same tool. */
export function completeDefinition(definition: RegisterToolRequest): Required<RegisterToolRequest> {
  const { name, endpoint, description = '', parameters = { type: 'object' } } = definition
  return { name, description, endpoint, parameters }
}

/** Code points of an error answer that are passed on. */
const SAID_LENGTH = 1_000

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
      const { status } = answer
      if (status >= 400 && status <= 599) throw answeredError(name, answer)
      if (status < 200 || status > 299) throw new ToolError(`It answered ${status}`)
      return readResult(readToolJson(answer, 'Its answer'))
    },
  }
}

async function call(name: string, outbound: Outbound, request: { url: string; body: string }): Promise<OutboundAnswer> {
  try {
    const headers = { 'content-type': 'application/json', accept: 'application/json' }
    return await outbound.request({ ...request, method: 'POST', headers })
  } catch (error) {
    throw error instanceof OutboundError ? notReached(name, request.url, error) : error
  }
}

function notReached(name: string, url: string, error: OutboundError): ApiError {
  const options = { cause: error }
  switch (error.kind) {
    case 'timeout':
      return new ApiError('EXTERNAL_TOOL_TIMEOUT', `Request to external tool '${name}' timed out.`, options)
    case 'crowded':
      return new ApiError('OVERLOADED', `Too many calls wait for tool '${name}'`, { ...options, retryAfter: 1 })
    case 'aborted':
      return new ApiError('SHUTTING_DOWN', 'AgentKit is stopping', options)
    default: {
      const detail = `Could not connect to external tool '${name}' at ${url}. ${error.message}`
      return new ApiError('EXTERNAL_TOOL_UNREACHABLE', detail, options)
    }
  }
}

/** A tool's own error status is passed on, with what the tool said. */
function answeredError(name: string, { status, body }: OutboundAnswer): ApiError {
  const said = Array.from(body.subarray(0, 4 * SAID_LENGTH).toString('utf8'))
    .slice(0, SAID_LENGTH)
    .join('')
  const detail = `External tool '${name}' returned error: Status ${status} - Response: ${said}`
  return new ApiError('EXTERNAL_TOOL_EXECUTION_FAILED', detail, { status })
}

/** A tool may also say by `{"status": "error", "error_message": …}` that it failed. */
function readResult(result: Json): Json {
  if (typeof result !== 'object' || result === null || Array.isArray(result) || result.status !== 'error') return result
  const { error_message: reason } = result
  throw new ToolError(typeof reason === 'string' && reason !== '' ? reason : 'Unknown tool error', { data: result })
}
