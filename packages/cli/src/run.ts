import { PortInUseError } from '@opscore/host/port-in-use-error'
import { CommanderError } from 'commander'
import { EXIT, type ExitCode } from './exit-code.ts'
import { asFailure, type Failure } from './failure.ts'
import { createProgram } from './program.ts'
import { tellParent } from './supervision.ts'
import type { Surroundings } from './surroundings.ts'
import type { Terminal } from './terminal/terminal.ts'
import { paint } from './terminal/text.ts'

/**
 * Runs one command until all that it has to say is written, and gives what the process should exit with. Where nobody reads its
 * data any more it ends without a word about that; where the data cannot be written it has failed.
 */
export async function run(args: string[], surroundings: Surroundings): Promise<ExitCode> {
  const { terminal } = surroundings
  const failure = await failureOf(createProgram(surroundings).parseAsync(args, { from: 'user' }))
  const lost = await terminal.flushed()
  if (lost === undefined) return tell(terminal, failure)
  const endedByIt = failure === undefined || failure.exitCode === EXIT.interrupted
  if (isClosedPipe(lost)) return endedByIt ? (failure?.exitCode ?? EXIT.ok) : tell(terminal, failure)
  if (!endedByIt) tell(terminal, failure)
  return tell(terminal, { lines: [`The output cannot be written: ${lost.message}`], exitCode: EXIT.error })
}

async function failureOf(command: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await command
    return undefined
  } catch (error) {
    if (error instanceof CommanderError) return { lines: [], exitCode: error.exitCode === 0 ? EXIT.ok : EXIT.usage }
    const failure = asFailure(error)
    tellParent({
      type: 'failed',
      lines: failure.lines,
      ...(error instanceof PortInUseError ? { portInUse: error.port } : {}),
    })
    return failure
  }
}

function tell({ note }: Terminal, failure: Failure | undefined): ExitCode {
  if (failure === undefined) return EXIT.ok
  const [message, ...more] = failure.lines
  if (message !== undefined) note([paint.red('error:'), ` ${message}`])
  for (const line of more) note(line)
  return failure.exitCode
}

function isClosedPipe(error: Error): boolean {
  return 'code' in error && error.code === 'EPIPE'
}
