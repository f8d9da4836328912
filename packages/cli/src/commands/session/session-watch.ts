import type { OpsEvent } from '@opscore/contract'
import { type ConnectionFlags, connect } from '../../steering/connection.ts'
import { createEventLines } from '../../steering/event-lines.ts'
import { checkCompleted, watchSession } from '../../steering/follow-session.ts'
import type { Surroundings } from '../../surroundings.ts'
import { jsonText } from '../../terminal/data-text.ts'

export interface SessionWatchFlags extends ConnectionFlags {
  output: 'table' | 'jsonl'
  /** Milliseconds. */
  timeout?: number
}

/** Prints what happened in a session and what happens, until it has ended. @throws CommandFailure where it did not complete */
export async function watchSessionEvents(
  sessionId: string,
  flags: SessionWatchFlags,
  { terminal, shutdown }: Pick<Surroundings, 'terminal' | 'shutdown'>,
): Promise<void> {
  const lineOf = flags.output === 'jsonl' ? (event: OpsEvent) => jsonText(event) : createEventLines()
  const show = (event: OpsEvent) => {
    const line = lineOf(event)
    if (line !== undefined) terminal.out(line)
  }
  const session = await watchSession({
    client: connect(flags),
    sessionId,
    show,
    timeout: flags.timeout,
    interrupted: shutdown.signal,
  })
  checkCompleted(session)
  terminal.note('The session completed.')
}
