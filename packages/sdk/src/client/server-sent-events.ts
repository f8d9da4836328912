/** One block of an event stream. `data` is absent where the block only moves the cursor. */
export interface ServerSentEvent {
  id?: string
  event?: string
  data?: string
}

/** A block is one event, so far below this; a stream that goes on without an end of line is broken or hostile. */
const MAX_BLOCK = 8 * 1024 * 1024

/** Reads an event stream as the HTML standard says (9.2.6), comments left out. `onBytes` is told of every chunk. */
export async function* readServerSentEvents(
  body: AsyncIterable<Uint8Array>,
  onBytes: () => void = () => {},
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder()
  let pending = ''
  let block: ServerSentEvent = {}
  for await (const chunk of body) {
    onBytes()
    pending += decoder.decode(chunk, { stream: true })
    if (pending.length > MAX_BLOCK) throw new RangeError('An event of the stream is too large.')
    // A CR at the very end may be the first half of a CRLF.
    const lines = pending.split(/\r\n|\n|\r(?!$)/)
    pending = lines.pop() ?? ''
    for (const line of lines) {
      if (line !== '') addField(block, line)
      else {
        if (Object.keys(block).length > 0) yield block
        block = {}
      }
    }
  }
}

function addField(block: ServerSentEvent, line: string): void {
  const colon = line.indexOf(':')
  if (colon === 0) return
  const field = colon < 0 ? line : line.slice(0, colon)
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
  if (field === 'data') block.data = block.data === undefined ? value : `${block.data}\n${value}`
  else if (field === 'event') block.event = value
  else if (field === 'id' && !value.includes('\0')) block.id = value
}
