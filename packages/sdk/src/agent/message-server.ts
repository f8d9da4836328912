import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AgentMessage, JsonObject } from '@opscore/contract'

export interface Answer {
  status: number
  body: JsonObject
}

export interface MessageServer {
  host: string
  port: number
  /** Stops listening, lets what is being answered end, and cuts what stays open. */
  close(): Promise<void>
}

/** Ops-Core sends payloads of 256 KiB at most; the rest is the envelope. */
export const MAX_BODY_BYTES = 1024 * 1024
const CLOSE_LIMIT = 2_000

/**
 * The agent's endpoint: takes messages POSTed as JSON at any path (a proxy before it may have its own) and answers
 * `GET /health`. Rejects with Node's error where the port cannot be had.
 */
export async function listenForMessages(options: {
  host: string
  port: number
  receive: (message: AgentMessage) => Answer | Promise<Answer>
}): Promise<MessageServer> {
  const server = createServer((request, response) => {
    answer(request, options.receive).then(
      (result) => send(response, result),
      () => response.destroy(),
    )
  })
  server.headersTimeout = 15_000
  server.requestTimeout = 30_000
  server.keepAliveTimeout = 75_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, 1024, resolve)
  })
  return {
    host: options.host,
    port: addressOf(server.address()).port,
    close: () =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), CLOSE_LIMIT)
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

async function answer(
  request: IncomingMessage,
  receive: (message: AgentMessage) => Answer | Promise<Answer>,
): Promise<Answer> {
  if (request.method === 'GET' && request.url === '/health') return { status: 200, body: { status: 'ok' } }
  if (request.method !== 'POST') return problem(405, 'Messages are POSTed.')
  const body = await readBody(request)
  if (body === undefined) return problem(413, `A message has ${MAX_BODY_BYTES} bytes at most.`)
  const message = readMessage(body)
  return message ? receive(message) : problem(422, 'The body is not a message to an agent.')
}

/** `undefined` where it is too large; the rest of it is not read. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** `undefined` where the body is no message to an agent. */
export function readMessage(body: Buffer): AgentMessage | undefined {
  const message = parse(body)
  return isMessage(message) ? message : undefined
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

function isMessage(value: unknown): value is AgentMessage {
  if (typeof value !== 'object' || value === null) return false
  const message: Partial<Record<keyof AgentMessage, unknown>> = value
  return (
    typeof message.messageType === 'string' &&
    typeof message.payload === 'object' &&
    message.payload !== null &&
    [message.opscore_task_id, message.opscore_session_id, message.task_name].every(isTextOrAbsent)
  )
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.length <= 512)
}

export function problem(status: number, detail: string): Answer {
  return { status, body: { status: 'error', detail } }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (status === 413) headers.connection = 'close'
  if (status === 503) headers['retry-after'] = '1'
  response.writeHead(status, headers).end(JSON.stringify(body))
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (typeof address !== 'object' || address === null) throw new TypeError('The server has no TCP address.')
  return address
}
