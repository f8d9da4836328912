import { createMcpHandler, localhostAllowedOrigins, originValidationResponse } from '@modelcontextprotocol/server'
import type { OpsCoreClient } from '@opscore/sdk'
import { createMcpServer, type McpServerOptions } from '../mcp-server.ts'

export interface HttpEndpointOptions extends Omit<McpServerOptions, 'client'> {
  /** A client that speaks with this key. */
  connect: (apiKey: string) => OpsCoreClient
}

export interface HttpEndpoint {
  /** Serves one request; `body` where it was parsed already. */
  fetch(request: Request, body?: unknown): Promise<Response>
  /** Ends what is under way. */
  close(): Promise<void>
}

/**
 * MCP over streamable HTTP, without sessions: any process can serve any request. The bearer's key is the caller's, and is handed
 * on to Ops-Core. Pages of other origins are refused.
 */
export function createHttpEndpoint({ connect, ...options }: HttpEndpointOptions): HttpEndpoint {
  const handler = createMcpHandler(
    ({ authInfo }) => createMcpServer({ ...options, client: connect(authInfo?.token ?? '') }),
    { onerror: options.warn },
  )
  return {
    async fetch(request, body) {
      const foreign = originValidationResponse(request, localhostAllowedOrigins())
      if (foreign) return foreign
      const token = /^bearer +([\x21-\x7e]+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1]
      if (token === undefined) return withoutKey()
      const authInfo = { token, clientId: 'opscore', scopes: [] }
      return handler.fetch(request, body === undefined ? { authInfo } : { authInfo, parsedBody: body })
    },
    close: handler.close,
  }
}

function withoutKey(): Response {
  const message = 'An API key of Ops-Core is needed: Authorization: Bearer <key> (UNAUTHENTICATED)'
  const body = { jsonrpc: '2.0', id: null, error: { code: -32_001, message, data: { code: 'UNAUTHENTICATED' } } }
  return Response.json(body, { status: 401, headers: { 'www-authenticate': 'Bearer' } })
}
