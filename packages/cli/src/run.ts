import { ConfigurationError, PortInUseError } from '@opscore/host'
import { OpsCoreError } from '@opscore/sdk'
import { CommanderError } from 'commander'
import { CommandFailure, EXIT, type ExitCode } from './exit-code.ts'
import { createProgram } from './program.ts'
import { listenForShutdown } from './shutdown.ts'
import { tellParent } from './supervision.ts'
import { createTerminal, type Terminal } from './terminal.ts'

/** Runs one command and says what the process should exit with. */
export async function run(args: string[]): Promise<ExitCode> {
  const terminal = createTerminal()
  const abandon: (() => void)[] = []
  const shutdown = listenForShutdown(() => {
    for (const each of abandon) each()
    process.exit(EXIT.interrupted)
  })
  const program = createProgram({ terminal, shutdown, onAbandon: (action) => abandon.push(action) })
  try {
    await program.parseAsync(args, { from: 'user' })
    return EXIT.ok
  } catch (error) {
    return explain(error, terminal)
  }
}

function explain(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  const { message, hint, exitCode } = asFailure(error)
  terminal.note(`${terminal.paint.red('error:')} ${message}`)
  if (hint !== undefined) terminal.note(hint)
  tellParent({ type: 'failed', message, ...(error instanceof PortInUseError ? { portInUse: error.port } : {}) })
  return exitCode
}

function asFailure(error: unknown): { message: string; hint?: string | undefined; exitCode: ExitCode } {
  if (error instanceof CommandFailure) return error
  if (error instanceof PortInUseError) {
    return { message: `Port ${error.port} is in use.`, hint: 'Choose another one with --port.', exitCode: EXIT.error }
  }
  if (error instanceof ConfigurationError) {
    return {
      message: `The configuration is off:\n${error.problems.map((each) => `  ${each}`).join('\n')}`,
      exitCode: EXIT.usage,
    }
  }
  if (error instanceof OpsCoreError) return { message: `${error.detail} (${error.code})`, exitCode: exitCodeOf(error) }
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: EXIT.error }
}

function exitCodeOf({ status }: OpsCoreError): ExitCode {
  if (status === 404) return EXIT.notFound
  return status === 401 || status === 403 ? EXIT.notAllowed : EXIT.error
}
