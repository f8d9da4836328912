import type { ServerResponse } from 'node:http'
import type { OpsEvent } from '@opscore/contract'
import type { StreamedEvent } from '@opscore/engine'

/** How often a silent stream says that it lives, and how long a reader may take nothing in; milliseconds. */
const HEARTBEAT = 15_000
const STALL_LIMIT = 60_000

/** What is written at once; larger pieces would wait in memory for a slow reader. */
const PIECE = 16 * 1024

/** The same event goes to many readers. */
const texts = new WeakMap<OpsEvent, string>()

/**
 * Writes batches to a response until they end, it is closed, or its reader has taken nothing in for a minute. The next
 * batch is asked for only when the one before has gone out, so a reader that is frozen holds one piece and no more.
 */
export async function writeEvents(
  response: ServerResponse,
  batches: AsyncIterator<StreamedEvent[] | 'resync'>,
  first: IteratorResult<StreamedEvent[] | 'resync'>,
): Promise<void> {
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(':\n\n')
  }, HEARTBEAT)
  heartbeat.unref()
  try {
    response.write(': open\n\n')
    for (let next = first; next.done !== true && !response.destroyed; next = await batches.next()) {
      for (const piece of toPieces(next.value)) {
        if (response.destroyed) break
        if (!response.write(piece)) await drained(response)
      }
    }
  } finally {
    clearInterval(heartbeat)
    response.end()
  }
}

function* toPieces(batch: StreamedEvent[] | 'resync'): Generator<string> {
  if (batch === 'resync') {
    yield 'event: resync\ndata: {}\n\n'
    return
  }
  let piece = ''
  for (const { cursor, event } of batch) {
    piece += `id: ${cursor}\n${textOf(event)}`
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}

function textOf(event: OpsEvent): string {
  const known = texts.get(event)
  if (known !== undefined) return known
  const text = `event: ${event.type}\ndata: ${inOneLine(JSON.stringify(event))}\n\n`
  texts.set(event, text)
  return text
}

/** JSON escapes what ends a line of an event stream; these end one for readers that go by Unicode, such as Python's. */
const LINE_ENDS = /[\u0085\u2028\u2029]/g

function inOneLine(json: string): string {
  return json.replace(LINE_ENDS, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Resolves when there is room again or the connection is gone; makes it go when that takes too long. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => response.destroy(), STALL_LIMIT)
    timer.unref()
    const settle = () => {
      clearTimeout(timer)
      response.off('drain', settle).off('close', settle)
      resolve()
    }
    response.on('drain', settle).on('close', settle)
  })
}
