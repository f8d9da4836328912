import type { IncomingHttpHeaders } from 'node:http'
import { startTimer } from '@opscore/contract/time'
import { type Dispatcher, errors } from 'undici'
import { OutboundError } from './outbound-error.ts'

export interface OutboundAnswer {
  status: number
  headers: IncomingHttpHeaders
  /** The first bytes of the answer, as many as the limit lets through. */
  body: Buffer
  /** The answer was longer; the rest was not read, and its connection is gone. */
  truncated: boolean
}

export interface AnswerCollectorOptions {
  /** In bytes. */
  limit: number
  /** Milliseconds from the request's first byte to the answer's last. */
  timeout: number
  signal: AbortSignal | undefined
  /** Called once, when the connection is free again; that may be after the answer or error was told. */
  released(): void
  resolve(answer: OutboundAnswer): void
  reject(error: OutboundError): void
}

/** Reads one answer within a size and a time, and says which way it went wrong where it did. */
export function collectAnswer(options: AnswerCollectorOptions): Dispatcher.DispatchHandler {
  const { limit, timeout, signal, released, resolve, reject } = options
  const chunks: Buffer[] = []
  let length = 0
  let status = 0
  let headers: IncomingHttpHeaders = {}
  let controller: Dispatcher.DispatchController | undefined
  let given: OutboundError | undefined
  let callOff: (() => void) | undefined

  const giveUp = (error: OutboundError) => {
    given = error
    reject(error)
    controller?.abort(error)
  }
  const onAbort = () => giveUp(new OutboundError('aborted', 'The request was given up', { cause: signal?.reason }))
  const release = () => {
    callOff?.()
    signal?.removeEventListener('abort', onAbort)
    released()
  }
  signal?.addEventListener('abort', onAbort, { once: true })

  return {
    onRequestStart(started) {
      controller = started
      if (given !== undefined) started.abort(given)
      else callOff = startTimer(timeout, () => giveUp(new OutboundError('timeout', `No answer within ${timeout} ms`)))
    },
    onResponseStart(_controller, statusCode, responseHeaders) {
      status = statusCode
      headers = responseHeaders
    },
    onResponseData(current, chunk) {
      if (length + chunk.length <= limit) {
        chunks.push(chunk)
        length += chunk.length
        return
      }
      chunks.push(chunk.subarray(0, limit - length))
      length = limit
      resolve({ status, headers, body: Buffer.concat(chunks), truncated: true })
      current.abort(new OutboundError('broken', 'The answer was cut off at its limit'))
    },
    onResponseEnd() {
      resolve({ status, headers, body: Buffer.concat(chunks, length), truncated: false })
      release()
    },
    onResponseError(_controller, error) {
      reject(asOutboundError(error))
      release()
    },
  }
}

function asOutboundError(error: Error): OutboundError {
  if (error instanceof OutboundError) return error
  const options = { cause: error }
  if (error instanceof errors.ClientDestroyedError || error instanceof errors.ClientClosedError) {
    return new OutboundError('aborted', 'No requests go out any more', options)
  }
  if (error instanceof errors.InvalidArgumentError) return new OutboundError('refused', error.message, options)
  return new OutboundError('broken', `The connection failed: ${error.message}`, options)
}
