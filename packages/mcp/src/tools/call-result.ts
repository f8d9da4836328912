import type { CallToolResult } from '@modelcontextprotocol/server'
import { OpsCoreError } from '@opscore/sdk'
import { ToolFailure } from './tool-failure.ts'
import { wayOutOf } from './way-out.ts'

/** The text has the digits of integers beyond 2^53 as they were sent; what is structured has the nearest number. */
export function answered(value: object): CallToolResult {
  const text = JSON.stringify(value)
  return { content: [{ type: 'text', text }], structuredContent: JSON.parse(text) }
}

/** An error that the caller is to read, with its code and a way out. What is no such error is thrown on. */
export function failed(error: unknown): CallToolResult {
  if (error instanceof ToolFailure) {
    const { code, message, wayOut = wayOutOf(code), facts } = error
    return { ...answered({ error: { code, message, wayOut }, ...facts }), isError: true }
  }
  if (error instanceof OpsCoreError) {
    const { code, status, detail: message, requestId, retryAfter } = error
    return {
      ...answered({ error: { code, status, message, wayOut: wayOutOf(code), requestId, retryAfter } }),
      isError: true,
    }
  }
  // The SDK refuses what cannot be sent, such as an id that is none, by a TypeError.
  if (error instanceof TypeError) return failed(new ToolFailure('INVALID_ARGUMENTS', error.message))
  throw error
}
