/** What the process ends with (experience.md, CLI). */
export const EXIT = {
  ok: 0,
  error: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  sessionFailed: 5,
  timedOut: 124,
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Ends the command: one sentence for people, and what they can do about it, in lines of its own. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly exitCode: ExitCode
  readonly hint: readonly string[]

  constructor(
    message: string,
    options: { exitCode?: ExitCode; hint?: string | readonly string[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.exitCode = options.exitCode ?? EXIT.error
    this.hint = typeof options.hint === 'string' ? [options.hint] : (options.hint ?? [])
  }
}
