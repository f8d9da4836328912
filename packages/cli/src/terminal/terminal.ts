/**
 * The one way out: nothing else in this package writes to stdout or stderr (test/one-way-out.test.ts).
 *
 * 1. Every text is made visible: what others wrote steers no terminal and breaks no line.
 * 2. What was written is known to be written, or that it was not: `flushed` says.
 */
import { createInterface } from 'node:readline'
import picocolors from 'picocolors'
import { Painted, type Text, visible } from './text.ts'

/** What a command writes to: its data on stdout, everything else on stderr. */
export interface Terminal {
  /** A line of data. */
  out(line: Text): void
  /** A line for people. One that cannot be written is given up: there is nobody to tell. */
  note(line: Text): void
  /** Asks a person until `signal`, and takes anything but yes for a no. Absent where nobody is there to answer. */
  confirm?: (question: string, signal: AbortSignal) => Promise<boolean>
  /** Resolves when all data is written, or with what kept it from being written. */
  flushed(): Promise<Error | undefined>
  /** Aborts when data cannot be written: a pipe that nobody reads any more, a disk that is full. */
  readonly lost: AbortSignal
}

export interface Streams {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean }
  stdout: NodeJS.WritableStream & { isTTY?: boolean }
  stderr: NodeJS.WritableStream & { isTTY?: boolean }
}

/** Colours only where a person looks, and `NO_COLOR` and `--no-color` do not forbid it. */
export function createTerminal({ stdin, stdout, stderr }: Streams = process): Terminal {
  const colors = picocolors.createColors(picocolors.isColorSupported && stdout.isTTY === true && stderr.isTTY === true)
  const lost = new AbortController()
  const data = createSink(stdout, (error) => lost.abort(error))
  const notes = createSink(stderr, () => {})
  const line = (text: Text) => `${render(text)}\n`

  function render(text: Text): string {
    if (typeof text === 'string') return visible(text)
    return text instanceof Painted ? colors[text.style](visible(text.text)) : text.map(render).join('')
  }

  /** The terminal itself echoes and edits the line, so that Ctrl-C stays the signal that it is. */
  async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted()
    data.flush()
    notes.write(`${render(question)} [y/N] `)
    const lines = createInterface({ input: stdin, terminal: false, signal })
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    lines.once('line', resolve).once('close', () => (signal.aborted ? reject(signal.reason) : resolve('')))
    try {
      return /^y(es)?$/i.test((await promise).trim())
    } finally {
      lines.close()
    }
  }

  return {
    out(text) {
      notes.flush()
      data.write(line(text))
    },
    note(text) {
      data.flush()
      notes.write(line(text))
    },
    ...(stdin.isTTY && stderr.isTTY ? { confirm } : {}),
    flushed: () => data.flushed(),
    lost: lost.signal,
  }
}

/** Texts that are written together go out together: a list of 100,000 is one write. */
function createSink(stream: NodeJS.WritableStream, onFailure: (error: Error) => void) {
  let waiting = ''
  let failure: Error | undefined
  let written = Promise.resolve()
  const fail = (error: Error) => {
    if (failure) return
    failure = error
    onFailure(error)
  }
  stream.on('error', fail)

  function flush(): void {
    if (waiting === '') return
    const text = waiting
    waiting = ''
    const { promise, resolve } = Promise.withResolvers<void>()
    written = promise
    stream.write(text, (error) => {
      if (error) fail(error)
      resolve()
    })
  }

  return {
    write(text: string) {
      if (failure) return
      if (waiting === '') queueMicrotask(flush)
      waiting += text
    },
    flush,
    async flushed() {
      flush()
      await written
      return failure
    },
  }
}
