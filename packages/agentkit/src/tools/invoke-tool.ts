import type { Json, JsonObject } from '@opscore/contract'
import { ApiError, type Log, shownInput } from '@opscore/host'
import { type Tool, ToolError } from './tool.ts'
import type { ToolRegistry } from './tool-registry.ts'

export type ToolOutcome =
  | { kind: 'result'; tool: Tool; result: Json }
  | { kind: 'failed'; tool: Tool; reason: string; data: Json }

/**
 * Runs the tool that a `tool_invocation`'s payload names. Throws `MISSING_TOOL_NAME`, `TOOL_NOT_FOUND`,
 * `INVALID_TOOL_ARGUMENTS`, and what an external tool throws that was not reached or answered an error's status.
 */
export type ToolInvoker = (payload: JsonObject) => Promise<ToolOutcome>

/** Characters of a name that is not known, in an answer. */
const NAME_LENGTH = 128

/** Characters of a result as JSON; an external tool's answer is cut off at as many bytes. */
const RESULT_LIMIT = 1024 * 1024

export function createToolInvoker({ tools, log }: { tools: ToolRegistry; log: Log }): ToolInvoker {
  return async ({ tool_name: name, arguments: given }) => {
    if (typeof name !== 'string' || name === '') {
      throw new ApiError('MISSING_TOOL_NAME', "Missing 'tool_name' in payload for tool_invocation message type.")
    }
    const registered = tools.find(name)
    if (registered === undefined) {
      const detail = `Tool '${firstOf(name, NAME_LENGTH)}' not found in registry (local or external).`
      throw new ApiError('TOOL_NOT_FOUND', detail)
    }
    const { tool, checkArguments } = registered
    const args = readArguments(given)
    const problems = checkArguments(args)
    if (problems.length > 0) throw argumentsRefused(name, problems, args)
    return run(tool, args, log)
  }
}

async function run(tool: Tool, args: JsonObject, log: Log): Promise<ToolOutcome> {
  try {
    return { kind: 'result', tool, result: asAnswer(await tool.run(args)) }
  } catch (error) {
    if (error instanceof ApiError) throw error
    if (error instanceof ToolError) return { kind: 'failed', tool, reason: error.message, data: error.data }
    log.error({ tool: tool.name, err: error }, 'a local tool threw')
    return { kind: 'failed', tool, reason: 'an unexpected error, which is in the log', data: null }
  }
}

/** What a tool gave, where it can be printed: types alone do not say that of what a local tool returns. */
function asAnswer(result: Json): Json {
  let text: string | undefined
  try {
    text = JSON.stringify(result)
  } catch (error) {
    throw new ToolError('Its result is no JSON', { cause: error })
  }
  if (text !== undefined && text.length > RESULT_LIMIT) throw new ToolError('Its result is too long')
  return text === undefined ? null : result
}

/** By code points. */
function firstOf(text: string, length: number): string {
  return Array.from(text.slice(0, 2 * length))
    .slice(0, length)
    .join('')
    .toWellFormed()
}

function readArguments(given: Json | undefined): JsonObject {
  if (given === undefined || given === null) return {}
  if (typeof given === 'object' && !Array.isArray(given)) return given
  throw argumentsIssue('The arguments must be an object', [{ path: '', message: 'must be an object' }], given)
}

function argumentsRefused(
  name: string,
  problems: readonly { path: string; message: string }[],
  args: JsonObject,
): ApiError {
  const sentences = problems.map(({ path, message }) => `${path} ${message}`.trim())
  return argumentsIssue(`Arguments of tool '${name}': ${sentences.join('; ')}`, problems, args)
}

function argumentsIssue(
  sentence: string,
  problems: readonly { path: string; message: string }[],
  args: unknown,
): ApiError {
  const input = shownInput(args, 'arguments')
  return new ApiError('INVALID_TOOL_ARGUMENTS', sentence, {
    errors: problems.map(({ path, message }) => ({ path: `/payload/arguments${path}`, message })),
    issues: problems.map(({ path, message }) => ({
      loc: ['body', 'payload', 'arguments', ...path.split('/').slice(1)],
      msg: `Value error, ${message}`,
      type: 'value_error',
      input,
    })),
  })
}
