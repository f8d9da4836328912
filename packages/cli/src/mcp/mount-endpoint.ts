import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { HttpEndpoint } from '@opscore/mcp'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Serves an MCP endpoint at `POST /mcp`. A client that goes away ends what it asked for. */
export function mountEndpoint(app: FastifyInstance, endpoint: HttpEndpoint): void {
  app.post('/mcp', async (request, reply) => {
    const gone = new AbortController()
    reply.raw.on('close', () => gone.abort(new Error('The client has gone away')))
    const response = await endpoint.fetch(webRequest(request, gone.signal), request.body)
    reply.code(response.status).headers(Object.fromEntries(response.headers))
    // The two declarations of one class do not know each other.
    return reply.send(response.body && Readable.fromWeb(response.body as ReadableStream))
  })
}

/** Without its body, which is parsed already. */
function webRequest({ raw, host, url, method }: FastifyRequest, signal: AbortSignal): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(raw.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one)
  }
  return new Request(`http://${host}${url}`, { method, headers, signal })
}
