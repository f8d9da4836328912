/** What is said while a store is moved, and where it stops. */
import { MigrationError, type Progress } from '@opscore/server/migration'
import { CommandFailure, EXIT } from '../exit-code.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** Below it nothing is said, and then once in so long; milliseconds. */
const SAY_EVERY = 1_000

export function createProgressLines(terminal: Terminal): (progress: Progress) => void {
  let saidAt = performance.now()
  return ({ doing, what, done }) => {
    if (performance.now() - saidAt < SAY_EVERY) return
    saidAt = performance.now()
    terminal.note(`${doing} ${what}: ${done.toLocaleString('en')}`)
  }
}

export function failureOf(error: unknown, signal: AbortSignal, interrupted: string): unknown {
  if (signal.aborted) {
    return new CommandFailure(interrupted, {
      exitCode: EXIT.interrupted,
      hint: 'Run the same command again.',
    })
  }
  return error instanceof MigrationError ? new CommandFailure(error.message, { hint: error.hint }) : error
}
