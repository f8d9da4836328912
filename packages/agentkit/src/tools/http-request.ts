import type { Json, JsonObject } from '@opscore/contract'
import { type Outbound, OutboundError } from '@opscore/host'
import { type Tool, ToolError } from './tool.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** They frame the message or steer the connection, which is not the caller's business. */
const REFUSED_HEADERS =
  /^(?:host|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|proxy-.*)$/i

/** RFC 9110: a token, and visible text without line breaks. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/
const HEADER_VALUE = /^[\t\x20-\x7e]{0,4096}$/

/**
 * Calls any public HTTP address: `{method, url, headers, body}` → `{status, headers, body, truncated}`. `outbound` must have
 * the strict network policy: an agent, or the model behind it, chooses the address.
 */
export function createHttpRequestTool(outbound: Outbound): Tool {
  return {
    name: 'http_request',
    description: 'Sends an HTTP request to a public address and returns status, headers and the body as text.',
    kind: 'local',
    endpoint: null,
    parameters: {
      type: 'object',
      properties: {
        method: { type: 'string', enum: [...METHODS], default: 'GET' },
        url: { type: 'string', minLength: 1, maxLength: 2048 },
        headers: { type: 'object', maxProperties: 64, additionalProperties: { type: 'string' } },
        body: { description: 'Text as it is; anything else is sent as JSON.' },
      },
      required: ['url'],
      additionalProperties: false,
    },
    async run({ method, url, headers, body }) {
      const { text, type } = encodeBody(body)
      try {
        const answer = await outbound.request({
          url: String(url),
          method: METHODS.find((known) => known === method) ?? 'GET',
          headers: { ...type, ...readHeaders(headers) },
          ...(text === undefined ? {} : { body: text }),
        })
        return {
          status: answer.status,
          headers: singleValued(answer.headers),
          body: answer.body.toString('utf8'),
          truncated: answer.truncated,
        }
      } catch (error) {
        throw error instanceof OutboundError ? new ToolError(error.message, { cause: error }) : error
      }
    },
  }
}

function encodeBody(body: Json | undefined): { text?: string; type?: { 'content-type': string } } {
  if (body === undefined || body === null) return {}
  if (typeof body === 'string') return { text: body, type: { 'content-type': 'text/plain; charset=utf-8' } }
  return { text: JSON.stringify(body), type: { 'content-type': 'application/json' } }
}

function readHeaders(given: Json | undefined): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(isObject(given) ? given : {})) {
    if (!HEADER_NAME.test(name) || REFUSED_HEADERS.test(name))
      throw new ToolError(`The header '${name}' may not be set`)
    if (typeof value !== 'string' || !HEADER_VALUE.test(value))
      throw new ToolError(`The header '${name}' has no valid value`)
    headers[name.toLowerCase()] = value
  }
  return headers
}

function singleValued(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]))
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
