/** Makes an agent of any HTTP function: it answers each task with what becomes of it, and need not report anything. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { type AgentLog, stderrLog } from '../agent-log.ts'
import { type Answer, MAX_BODY_BYTES, problem, readMessage } from '../message-server.ts'
import type { TaskHandler } from './task.ts'
import { TaskDesk } from './task-desk.ts'

export interface TaskHandlerOptions {
  /** How each task is done, by the `name` of the task's definition; `'*'` takes every other one. */
  tasks: Record<string, TaskHandler>
  /** More at once are refused, which costs no attempt; any number by default. */
  maxConcurrency?: number
  log?: AgentLog
}

export type RequestHandler = (request: Request) => Promise<Response>

/**
 * A handler for the `contactEndpoint` of an agent that is registered with `metadata.config.answers: "result"`: takes Ops-Core's
 * message and resolves with the answer when the task is done. A message that comes again meanwhile, or later to the same
 * process, gets the same answer. Its tasks have no tools and send no heartbeats.
 */
export function createTaskHandler(options: TaskHandlerOptions): RequestHandler {
  const { tasks, maxConcurrency = Number.POSITIVE_INFINITY, log = stderrLog } = options
  const desk = new TaskDesk({
    ...{ handlers: new Map(Object.entries(tasks)), maxConcurrency, answers: true, log },
    report() {},
    reportState() {},
    callTool: () => Promise.reject(new Error('A bare handler has no AgentKit, and no tools.')),
    heartbeat: async () => {},
  })
  desk.open()
  return async (request) => {
    if (request.method !== 'POST') return responseOf(problem(405, 'Messages are POSTed.'))
    const body = await readBody(request)
    if (!body) return responseOf(problem(413, `A message has ${MAX_BODY_BYTES} bytes at most.`))
    const message = readMessage(body)
    if (!message) return responseOf(problem(422, 'The body is not a message to an agent.'))
    return responseOf(await desk.receive(message, ''))
  }
}

/** The same for `node:http`. */
export function nodeListener(handler: RequestHandler): RequestListener {
  return (request, response) => {
    answer(handler, request, response).catch(() => response.destroy())
  }
}

async function answer(handler: RequestHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET' } = request
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const init = hasBody ? { method, body: Readable.toWeb(request), duplex: 'half' as const } : { method }
  const answered = await handler(new Request('http://localhost/', init))
  response.writeHead(answered.status, Object.fromEntries(answered.headers))
  response.end(Buffer.from(await answered.arrayBuffer()))
}

/** `undefined` where it is too large; the rest of it is not read. */
async function readBody({ body }: Request): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function responseOf({ status, body }: Answer): Response {
  return Response.json(body, { status, headers: status === 503 ? { 'retry-after': '1' } : {} })
}
