import { type ServerResponse, STATUS_CODES } from 'node:http'
import { API_HEADERS } from './request-guards.ts'

const TYPE = ['content-type', 'application/json; charset=utf-8']

/**
 * Answers with JSON that is printed already, under the headers that every answer bears.
 */
export type PrintedAnswer = (response: ServerResponse, requestId: string, status: number, json: string) => void

/**
 * Node puts a head together from names and values, and looks at each of them, with every answer: a sixteenth of what the
 * busiest routes cost, for a head that is the same but for its request's id, length and second. So it is printed here, and
 * handed to Node where Node keeps its own, for which it has no public name. An answer that closes its connection, or a Node
 * that keeps it elsewhere, goes the usual way. `keepAlive` is the server's, in milliseconds.
 */
export function createPrintedAnswer(keepAlive: number): PrintedAnswer {
  const dateNow = createDate()
  const connection = `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAlive / 1000)}`
  const fixed = linesOf([...API_HEADERS, ...TYPE])

  return (response, requestId, status, json) => {
    const length = Buffer.byteLength(json)
    if (!response.shouldKeepAlive || Reflect.get(response, '_header') !== null) {
      const own = ['x-request-id', requestId, 'content-length', String(length)]
      response.writeHead(status, [...own, ...API_HEADERS, ...TYPE]).end(json)
      return
    }
    response.statusCode = status
    const line = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nx-request-id: ${requestId}\r\n`
    const head = `${line}${fixed}content-length: ${length}\r\nDate: ${dateNow()}\r\n${connection}\r\n\r\n`
    // Node writes a head as Latin-1, and a body behind it in a second piece. What is ASCII is the same in both, and one piece.
    const isAscii = length === json.length
    Reflect.set(response, '_header', isAscii ? head + json : head)
    if (isAscii) response.end()
    else response.end(json)
  }
}

function linesOf(headers: readonly string[]): string {
  let lines = ''
  for (let at = 0; at < headers.length; at += 2) lines += `${headers[at]}: ${headers[at + 1]}\r\n`
  return lines
}

/** Printed once a second. */
function createDate(): () => string {
  let second = 0
  let text = ''
  return () => {
    const now = Math.floor(Date.now() / 1000)
    if (now !== second) text = new Date(now * 1000).toUTCString()
    second = now
    return text
  }
}
