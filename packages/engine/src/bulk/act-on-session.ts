/** One action of a bulk job on one session. */
import type { BulkAction } from '@opscore/contract'
import type { RunningSession, Sessions } from '../aggregate/agents-and-sessions.ts'
import { DomainError } from '../core/domain-error.ts'
import { decideSession } from '../core/session/decide.ts'
import type { ControlCommand } from '../core/session/person/control.ts'
import type { Clock } from '../ports/clock.ts'
import type { ItemOutcome, JobState } from './bulk-job.ts'

/** What becomes of the session, or in a dry run would. @throws whatever the store throws where it cannot be read or written */
export async function actOnSession(
  { sessions, clock }: { sessions: Sessions; clock: Clock },
  sessionId: string,
  { action, reason, dryRun }: Pick<JobState, 'action' | 'reason' | 'dryRun'>,
): Promise<ItemOutcome> {
  const running = await sessions.read(sessionId)
  if (!running) return { outcome: 'failed', code: 'SESSION_NOT_FOUND', detail: `Session not found: ${sessionId}` }
  const command = commandOf(action, reason)
  try {
    if (!changesAnything(sessionId, running, command, clock.now())) {
      const detail = `The session is ${running.session.head.status} as it is`
      return { outcome: 'skipped', code: 'NOTHING_TO_DO', detail }
    }
    if (!dryRun) await sessions.execute(sessionId, command)
    return { outcome: 'ok' }
  } catch (error) {
    if (error instanceof DomainError) return { outcome: 'skipped', code: error.code, detail: error.message }
    throw error
  }
}

function commandOf(action: BulkAction, reason: string | null): ControlCommand {
  switch (action) {
    case 'cancel':
      return { type: 'cancel', reason: reason ?? 'Cancelled by an operator' }
    case 'pause':
      return { type: 'pause', reason: reason ?? 'Paused by an operator' }
    case 'resume':
    case 'retry':
      return { type: action }
  }
}

/** The decision that the command will come to, as things are; nothing is done. @throws DomainError `STATE_CONFLICT` */
function changesAnything(
  sessionId: string,
  { session, workflow }: RunningSession,
  command: ControlCommand,
  now: number,
): boolean {
  return decideSession(sessionId, session, command, { now, workflow, random: () => 0 }).events.length > 0
}
