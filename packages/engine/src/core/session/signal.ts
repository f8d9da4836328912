/**
 * Signals: what the world tells a session. One that comes before its wait is kept; each is seen by one wait at most, in the order in which
 * they came; an id counts once, over retries and after the end.
 */
import type { Json } from '@opscore/contract'
import { DomainError } from '../domain-error.ts'
import { openAttempt } from './attempt.ts'
import { takeOutcome } from './flow.ts'
import { endedBy } from './kinds/wait.ts'
import { MAX_PAYLOAD_BYTES, MAX_SESSION_BYTES, sizeOf } from './limits.ts'
import { hasEnded, isTerminal, type KeptSignal } from './state.ts'
import type { Step } from './step.ts'

export interface SignalCommand {
  type: 'signal'
  /** Counts once. */
  id: string
  name: string
  payload: Json
}

/** Signals that nothing has waited for yet. */
const MAX_KEPT = 1_000

/** Ids that are known of a session; beyond it takes no more. */
const MAX_SIGNALS = 10_000

/** @throws DomainError `STATE_CONFLICT` after the session's end, `TOO_MANY_SIGNALS`, `PAYLOAD_TOO_LARGE` */
export function signal(step: Step, { id, name, payload }: SignalCommand): void {
  const { head } = step.state
  if (head.signalIds?.includes(id)) return
  if (isTerminal(head.status))
    throw new DomainError('STATE_CONFLICT', `The session is ${head.status} and takes no signal`)
  if ((head.signals?.length ?? 0) >= MAX_KEPT || (head.signalIds?.length ?? 0) >= MAX_SIGNALS) {
    throw new DomainError(
      'TOO_MANY_SIGNALS',
      `The session keeps ${head.signals?.length ?? 0} signals that nothing has waited for, of ${head.signalIds?.length ?? 0}`,
    )
  }
  const bytes = sizeOf(payload)
  if (bytes > MAX_PAYLOAD_BYTES || head.bytes + bytes > MAX_SESSION_BYTES) {
    throw new DomainError('PAYLOAD_TOO_LARGE', `The payload has ${bytes} bytes, more than the session takes`)
  }
  const { sessionId } = head
  step.add({ type: 'session.signalled', time: step.context.now, sessionId, data: { id, name, payload, bytes } })
  handOver(step, { id, name, payload })
}

/** To whoever has waited longest for it. */
function handOver(step: Step, kept: KeptSignal): void {
  const [first] = step.context.workflow.tasks
    .flatMap((definition) => {
      const task = step.task(definition)
      const attempt = task && !hasEnded(task) ? openAttempt(task) : null
      return definition.work?.kind === 'wait' && attempt?.waiting?.signals?.includes(kept.name)
        ? [{ definition, attempt, work: definition.work }]
        : []
    })
    .sort((a, b) => (a.attempt.startedAt ?? 0) - (b.attempt.startedAt ?? 0))
  if (first) takeOutcome(step, first.definition, first.attempt.attempt, endedBy(first.work, kept))
}
