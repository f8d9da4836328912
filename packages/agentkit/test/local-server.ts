import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export interface Received {
  method: string
  path: string
  headers: Record<string, string | string[] | undefined>
  body: string
}

export type Answer = { status: number; body?: unknown; headers?: Record<string, string> } | 'reset' | 'never'

export interface LocalServer {
  url: string
  port: number
  received: Received[]
  /** What the next requests get. */
  answerWith(answer: Answer | ((request: Received) => Answer)): void
  [Symbol.asyncDispose](): Promise<void>
}

/** A real HTTP server that keeps what it gets: an Ops-Core, an agent, a tool or a model, as the test answers. */
export async function startLocalServer({ port = 0 }: { port?: number } = {}): Promise<LocalServer> {
  const received: Received[] = []
  let answer: Answer | ((request: Received) => Answer) = { status: 200, body: {} }

  const server = createServer(async (request, response) => {
    const taken = { ...describe(request), body: await readBody(request) }
    const chosen = typeof answer === 'function' ? answer(taken) : answer
    received.push(taken)
    reply(response, chosen)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    received,
    answerWith(next) {
      answer = next
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Resolves when `condition` holds; fails after thirty seconds with what was waited for. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function describe({ method = '', url = '', headers }: IncomingMessage) {
  return { method, path: url, headers }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function reply(response: ServerResponse, answer: Answer): void {
  if (answer === 'never') return
  if (answer === 'reset') return void response.socket?.resetAndDestroy()
  const { status, body = {}, headers = { 'content-type': 'application/json' } } = answer
  response
    .writeHead(status, headers)
    .end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body))
}
