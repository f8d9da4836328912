import type { EventType, OpsEvent } from '@opscore/contract'
import { wait } from '@opscore/contract/time'
import { backOff, type RetryPolicy } from './back-off.ts'
import { OpsCoreError } from './ops-core-error.ts'
import { readServerSentEvents, type ServerSentEvent } from './server-sent-events.ts'
import { isTransient, type Transport } from './transport.ts'

export interface EventFilters {
  sessionId?: string | readonly string[]
  agentId?: string | readonly string[]
  type?: EventType | readonly EventType[]
}

export interface EventStreamOptions {
  /** Ends the iteration, quietly. */
  signal?: AbortSignal
  filters?: EventFilters
  /** The `cursor` of the last event that was seen; without it the stream begins with what happens next. */
  after?: string
  /** Called whenever the server has begun to answer: from here on nothing is missed. */
  onOpen?: () => void
}

/**
 * An event, with the cursor to resume behind it; or `resync`: events are missing here (the history was trimmed, or the
 * connection broke before the first cursor came), so what was derived from events must be read anew.
 */
export type StreamedEvent = (OpsEvent & { cursor: string }) | { type: 'resync'; cursor: string | undefined }

/** The server sends a comment every 15 s: three missed ones mean that the connection is dead, whatever TCP thinks. */
const IDLE_LIMIT = 45_000

const RECONNECT: RetryPolicy = { maxAttempts: Number.POSITIVE_INFINITY, initialInterval: 100, maximumInterval: 5_000 }

/**
 * Events as they are committed, in order per agent and per session, each once. A connection that breaks is made anew and
 * goes on behind the last event; what cannot mend itself (401, a cursor of another server) is thrown.
 */
export async function* streamEvents(transport: Transport, options: EventStreamOptions): AsyncGenerator<StreamedEvent> {
  const { signal, onOpen } = options
  let cursor = options.after
  let failures = 0
  let wasOpen = false
  while (!signal?.aborted) {
    const connection = createConnection(signal)
    try {
      const body = await connection.open(transport, options.filters, cursor)
      if (wasOpen && cursor === undefined) yield { type: 'resync', cursor }
      wasOpen = true
      onOpen?.()
      for await (const block of readServerSentEvents(body, connection.touch)) {
        failures = 0
        cursor = block.id ?? cursor
        const event = readEvent(block, cursor, transport)
        if (event) yield event
      }
      failures += 1
    } catch (error) {
      if (signal?.aborted) return
      if (error instanceof OpsCoreError && !isTransient(error)) throw error
      failures += 1
    } finally {
      connection.close()
    }
    await wait(backOff(RECONNECT, failures), { signal }).catch(() => {})
  }
}

/** One connection: closed from either side, or when it falls silent. */
function createConnection(outer: AbortSignal | undefined) {
  const own = new AbortController()
  const signal = outer ? AbortSignal.any([outer, own.signal]) : own.signal
  let timer: ReturnType<typeof setTimeout> | undefined
  const touch = () => {
    clearTimeout(timer)
    timer = setTimeout(() => own.abort(), IDLE_LIMIT)
  }
  return {
    touch,
    async open(transport: Transport, filters: EventFilters | undefined, cursor: string | undefined) {
      const response = await transport.open({
        method: 'GET',
        path: ['v1', 'opscore', 'event'],
        query: { ...filters },
        headers: { accept: 'text/event-stream', ...(cursor === undefined ? {} : { 'last-event-id': cursor }) },
        signal,
      })
      touch()
      if (response.body === null) throw new TypeError('The event stream has no body.')
      return chunks(response.body)
    },
    close() {
      clearTimeout(timer)
      own.abort()
    },
  }
}

/** Not every browser iterates a ReadableStream by itself. */
async function* chunks(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}

function readEvent(
  block: ServerSentEvent,
  cursor: string | undefined,
  { parseJson }: Transport,
): StreamedEvent | undefined {
  if (block.event === 'resync') return { type: 'resync', cursor }
  if (block.data === undefined || cursor === undefined) return undefined
  const event = parseJson<OpsEvent>(block.data)
  return { ...event, cursor }
}
