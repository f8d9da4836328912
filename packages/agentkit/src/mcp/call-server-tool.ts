import { type Client, ProtocolError, SdkError, SdkErrorCode } from '@modelcontextprotocol/client'
import type { Json, JsonObject } from '@opscore/contract'
import { ApiError, OutboundError } from '@opscore/host'
import { ToolError } from '../tools/tool.ts'

type Answer = Awaited<ReturnType<Client['callTool']>>

export interface ServerCall {
  /** Of the tool, as AgentKit has it. */
  name: string
  /** Of the tool, as its server has it. */
  tool: string
  args: JsonObject
  /** Milliseconds. */
  timeout: number
}

/**
 * What a tool of a server answered. Throws `ToolError` where the tool failed, `ApiError` where its server did not answer; `onLost`
 * is called where the connection is of no use any more.
 */
export async function callServerTool(client: Client, call: ServerCall, onLost: () => void): Promise<Json> {
  const { name, tool, args, timeout } = call
  let answer: Answer
  try {
    answer = await client.callTool({ name: tool, arguments: args }, { timeout })
  } catch (error) {
    if (error instanceof ProtocolError) throw new ToolError(error.message, { cause: error })
    if (isTimeout(error)) {
      throw new ApiError('EXTERNAL_TOOL_TIMEOUT', `Request to external tool '${name}' timed out.`, { cause: error })
    }
    onLost()
    throw serverAway(name, error)
  }
  const result = resultOf(answer)
  if (answer.isError !== true) return result
  throw new ToolError(textOf(answer) ?? 'Unknown tool error', { data: result })
}

export function serverAway(name: string, error: unknown): ApiError {
  const reason = error instanceof Error ? error.message : String(error)
  const detail = `Could not connect to the MCP server of tool '${name}'. ${reason}`
  return new ApiError('EXTERNAL_TOOL_UNREACHABLE', detail, { cause: error })
}

function isTimeout(error: unknown): boolean {
  if (error instanceof OutboundError) return error.kind === 'timeout'
  return error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout
}

/** What is structured as it is, texts as one text, anything else as the protocol has it. */
function resultOf(answer: Answer): Json {
  if (answer.structuredContent !== undefined) return answer.structuredContent as Json
  return textOf(answer) ?? (answer.content as Json)
}

function textOf({ content }: Answer): string | undefined {
  const texts = content.flatMap((part) => (part.type === 'text' ? [part.text] : []))
  return texts.length === content.length && texts.length > 0 ? texts.join('\n') : undefined
}
