import type { Json } from '@opscore/contract'
import { ApiError, type OutboundAnswer, parseJsonBody } from '@opscore/host'
import { ToolError } from './tool.ts'

/**
 * The JSON in an answer from outside, which may be too long, no UTF-8, no JSON, or nested so deep that nobody could print it again. Throws a
 * `ToolError` that begins with `what`.
 */
export function readToolJson({ body, truncated }: Pick<OutboundAnswer, 'body' | 'truncated'>, what: string): Json {
  if (truncated) throw new ToolError(`${what} is too long`)
  try {
    // Whatever it parses is JSON.
    return parseJsonBody(body) as Json
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.code === 'INVALID_JSON') throw new ToolError(`${what} is not JSON`, { cause: error })
    throw new ToolError(`${what} cannot be used: ${error.message}`, { cause: error })
  }
}
