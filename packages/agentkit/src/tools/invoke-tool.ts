import type { Json, JsonObject } from '@opscore/contract'
import { ApiError, type Log } from '@opscore/host'
import { type Tool, ToolError } from './tool.ts'
import type { ToolRegistry } from './tool-registry.ts'

export type ToolOutcome = { kind: 'result'; tool: Tool; result: Json } | { kind: 'failed'; tool: Tool; reason: string }

/**
 * Runs the tool that a `tool_invocation`'s payload names. Throws `MISSING_TOOL_NAME`, `TOOL_NOT_FOUND`,
 * `INVALID_TOOL_ARGUMENTS`, and what an external tool throws that was not reached.
 */
export type ToolInvoker = (payload: JsonObject) => Promise<ToolOutcome>

export function createToolInvoker({ tools, log }: { tools: ToolRegistry; log: Log }): ToolInvoker {
  return async ({ tool_name: name, arguments: given }) => {
    if (typeof name !== 'string' || name === '') {
      throw new ApiError('MISSING_TOOL_NAME', 'A tool_invocation needs the tool_name in its payload')
    }
    const registered = tools.find(name)
    if (registered === undefined) throw new ApiError('TOOL_NOT_FOUND', `Tool not found: ${name.slice(0, 128)}`)
    const { tool, checkArguments } = registered
    const args = readArguments(given)
    const problems = checkArguments(args)
    if (problems.length > 0) throw argumentsRefused(name, problems)
    return run(tool, args, log)
  }
}

async function run(tool: Tool, args: JsonObject, log: Log): Promise<ToolOutcome> {
  try {
    return { kind: 'result', tool, result: await tool.run(args) }
  } catch (error) {
    if (error instanceof ApiError) throw error
    if (error instanceof ToolError) return { kind: 'failed', tool, reason: error.message }
    log.error({ tool: tool.name, err: error }, 'a local tool threw')
    return { kind: 'failed', tool, reason: 'an unexpected error, which is in the log' }
  }
}

function readArguments(given: Json | undefined): JsonObject {
  if (given === undefined || given === null) return {}
  if (typeof given === 'object' && !Array.isArray(given)) return given
  throw new ApiError('INVALID_TOOL_ARGUMENTS', 'The arguments must be an object')
}

function argumentsRefused(name: string, problems: readonly { path: string; message: string }[]): ApiError {
  const sentences = problems.map(({ path, message }) => `${path} ${message}`.trim())
  const errors = problems.map(({ path, message }) => ({ path: `/payload/arguments${path}`, message }))
  return new ApiError('INVALID_TOOL_ARGUMENTS', `Arguments of tool '${name}': ${sentences.join('; ')}`, { errors })
}
