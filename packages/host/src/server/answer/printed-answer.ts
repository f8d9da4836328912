import { type ServerResponse, STATUS_CODES } from 'node:http'
import { startTimer } from '@opscore/contract/time'
import { API_HEADERS } from '../request-guards.ts'

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
  const beginningOf = createBeginnings()
  const end = createEnd(`Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAlive / 1000)}\r\n\r\n`)
  const middle = `\r\n${linesOf([...API_HEADERS, ...TYPE])}content-length: `

  return (response, requestId, status, json) => {
    const length = Buffer.byteLength(json)
    if (!response.shouldKeepAlive || !keepsHead(response) || response._header !== null) {
      const own = ['x-request-id', requestId, 'content-length', String(length)]
      response.writeHead(status, [...own, ...API_HEADERS, ...TYPE]).end(json)
      return
    }
    response.statusCode = status
    const head = beginningOf(status) + requestId + middle + length + end()
    // Node writes a head as Latin-1, and a body behind it in a second piece. What is ASCII is the same in both, and one piece.
    const isAscii = length === json.length
    response._header = isAscii ? head + json : head
    if (isAscii) response.end()
    else response.end(json)
  }
}

/** Where Node keeps the head that it is about to send: `null` until it has one. */
const keepsHead = (response: object): response is { _header: string | null } => '_header' in response

function linesOf(headers: readonly string[]): string {
  let lines = ''
  for (let at = 0; at < headers.length; at += 2) lines += `${headers[at]}: ${headers[at + 1]}\r\n`
  return lines
}

/** What comes before the request's id, printed once for each status. */
function createBeginnings(): (status: number) => string {
  const known = new Map<number, string>()
  return (status) => {
    const before = known.get(status)
    if (before !== undefined) return before
    const text = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nx-request-id: `
    known.set(status, text)
    return text
  }
}

/** What comes after the length, printed once a second. */
function createEnd(rest: string): () => string {
  let text = ''
  return () => {
    if (text === '') {
      const now = Date.now()
      text = `\r\nDate: ${new Date(now).toUTCString()}\r\n${rest}`
      const forget = () => {
        text = ''
      }
      startTimer(1000 - (now % 1000), forget, { keepAlive: false })
    }
    return text
  }
}
