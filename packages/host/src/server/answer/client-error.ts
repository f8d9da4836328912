import type { Socket } from 'node:net'
import { ERROR_CATALOGUE, type ErrorCode } from '@opscore/contract'
import { answerUnderWay } from '../open-connections.ts'
import { ApiError } from './api-error.ts'
import { PROBLEM_CONTENT_TYPE, toProblem } from './problem.ts'

/** Answers what never became a request (not HTTP, headers too large or too slow), and closes the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  // Bytes of ours in the middle of an answer would be taken for its body.
  if (error.code === 'ECONNRESET' || !socket.writable || answerUnderWay(socket)?.headersSent) {
    socket.destroy()
    return
  }
  const [code, sentence] = cause(error.code)
  const problem = toProblem(new ApiError(code, sentence), { url: '', requestId: '' })
  const body = JSON.stringify(problem)
  socket.write(
    `HTTP/1.1 ${problem.status} ${ERROR_CATALOGUE[code].title}\r\nConnection: close\r\nContent-Type: ${PROBLEM_CONTENT_TYPE}\r\n` +
      `X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  // Ends once the answer is out, and does not wait for the other side.
  socket.destroySoon()
}

function cause(code: string | undefined): [ErrorCode, string] {
  if (code === 'HPE_HEADER_OVERFLOW') return ['TOO_MANY_HEADERS', 'The headers are larger than 16 KiB']
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return ['REQUEST_TIMEOUT', 'The request did not arrive in time']
  return ['BAD_REQUEST', 'The request is not HTTP/1.1']
}
