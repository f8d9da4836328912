import type { FileProblem } from '@opscore/engine/testing'
import { CommandFailure, EXIT } from '../exit-code.ts'
import { reasonOf } from '../failure.ts'

/** As compilers print them, so that editors find the place: `flow.yaml:3:5: error: … (/tasks/0)`. */
export function problemLine({ file, line, column, severity, message, path }: FileProblem): string {
  const place = line === undefined ? file : `${file}:${line}:${column}`
  return `${place}: ${severity}: ${message}${path === '' ? '' : ` (${path})`}`
}

/** A file that the user named and that cannot be read is a usage error. */
export function unreadable(file: string, error: unknown): CommandFailure {
  return new CommandFailure(`${file} cannot be read: ${reasonOf(error)}`, { exitCode: EXIT.usage, cause: error })
}
