import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface SeenRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  body: any
}

export interface DoubleAnswer {
  status?: number
  headers?: Record<string, string>
  body?: unknown
}

/** `'reset'` cuts the connection; a function takes the response over. */
export type Behaviour = (request: SeenRequest) => DoubleAnswer | 'reset' | ((response: ServerResponse) => void)

export interface HttpDouble {
  url: string
  port: number
  seen: SeenRequest[]
  /** What it does with requests from here on. */
  behave(behaviour: Behaviour): void
  close(): Promise<void>
}

/** A real HTTP server that does what a test says; closed at the test's end. */
export async function startHttpDouble(behaviour: Behaviour, port = 0): Promise<HttpDouble> {
  const seen: SeenRequest[] = []
  let current = behaviour
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const url = new URL(request.url ?? '/', 'http://double')
    const one: SeenRequest = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    }
    seen.push(one)
    const answer = current(one)
    if (answer === 'reset') request.socket.resetAndDestroy()
    else if (typeof answer === 'function') answer(response)
    else {
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
      response.end(answer.body === undefined ? '' : JSON.stringify(answer.body))
    }
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const bound = (server.address() as AddressInfo).port
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  onTestFinished(close)
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    seen,
    behave(next) {
      current = next
    },
    close,
  }
}
