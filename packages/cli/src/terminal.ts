import picocolors from 'picocolors'

/** What a command writes to: its data on stdout, everything else on stderr. */
export interface Terminal {
  out(line: string): void
  note(line: string): void
  paint: ReturnType<typeof picocolors.createColors>
}

/** Colours only where a person looks, and `NO_COLOR` and `--no-color` do not forbid it. */
export function createTerminal(): Terminal {
  const colored = picocolors.isColorSupported && process.stdout.isTTY && process.stderr.isTTY
  return {
    out: (line) => process.stdout.write(`${line}\n`),
    note: (line) => process.stderr.write(`${line}\n`),
    paint: picocolors.createColors(colored),
  }
}
