import { createInterface } from 'node:readline/promises'
import picocolors from 'picocolors'

/** What a command writes to: its data on stdout, everything else on stderr. */
export interface Terminal {
  out(line: string): void
  note(line: string): void
  /** Asks a person until `signal`, and takes anything but yes for a no. Absent where nobody is there to answer. */
  confirm?: (question: string, signal: AbortSignal) => Promise<boolean>
  paint: ReturnType<typeof picocolors.createColors>
}

/** Colours only where a person looks, and `NO_COLOR` and `--no-color` do not forbid it. */
export function createTerminal(): Terminal {
  const colored = picocolors.isColorSupported && process.stdout.isTTY && process.stderr.isTTY
  return {
    out: (line) => process.stdout.write(`${line}\n`),
    note: (line) => process.stderr.write(`${line}\n`),
    paint: picocolors.createColors(colored),
    ...(process.stdin.isTTY && process.stderr.isTTY ? { confirm: ask } : {}),
  }
}

/** The terminal itself echoes and edits the line, so that Ctrl-C stays the signal that it is. */
async function ask(question: string, signal: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
  try {
    const answer = await Promise.race([lines.question(`${question} [y/N] `, { signal }), closed])
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    lines.close()
  }
}
