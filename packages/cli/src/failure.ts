/** What people are told of a command that failed, and what the process exits with. */
import { ConfigurationError } from '@opscore/host/configuration'
import { PortInUseError } from '@opscore/host/port-in-use-error'
import { OpsCoreError } from '@opscore/sdk'
import { CommandFailure, EXIT, type ExitCode } from './exit-code.ts'
import { linesOf } from './terminal/text.ts'

export interface Failure {
  /** The first one says what went wrong. None where it is said already. */
  lines: readonly string[]
  exitCode: ExitCode
}

export function asFailure(error: unknown): Failure {
  if (error instanceof CommandFailure) return { lines: [error.message, ...error.hint], exitCode: error.exitCode }
  if (error instanceof PortInUseError) {
    return { lines: [`Port ${error.port} is in use.`, 'Choose another one with --port.'], exitCode: EXIT.error }
  }
  if (error instanceof ConfigurationError) {
    const problems = error.problems.map((each) => `  ${each}`)
    return { lines: ['The configuration is off:', ...problems], exitCode: EXIT.usage }
  }
  if (error instanceof OpsCoreError) return { lines: [reasonOf(error)], exitCode: exitCodeOf(error) }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { lines: linesOf(stack), exitCode: EXIT.error }
}

/** Why, in a sentence. */
export function reasonOf(error: unknown): string {
  if (error instanceof OpsCoreError) return `${error.detail} (${error.code})`
  return error instanceof Error ? error.message : String(error)
}

/** Codes that say that a value of the command line has not the form that it must have. */
const BAD_VALUE = new Set(['VALIDATION_FAILED', 'BAD_REQUEST', 'INVALID_JSON', 'JSON_TOO_DEEP', 'FORBIDDEN_KEY'])

/** A 404 without one of these codes comes from something else than Ops-Core, or an older one: it says nothing of the thing. */
const NOT_THERE = /^[A-Z]+_NOT_FOUND$/

function exitCodeOf({ code, status }: OpsCoreError): ExitCode {
  if (NOT_THERE.test(code)) return EXIT.notFound
  if (status === 401 || status === 403) return EXIT.notAllowed
  return BAD_VALUE.has(code) ? EXIT.usage : EXIT.error
}
