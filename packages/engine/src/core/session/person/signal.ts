/**
 * Signals: what the world tells a session. One that comes before its wait is kept; each is seen by one wait at most, in the order in which
 * they came; an id counts once, over retries and after the end.
 */
import type { Json } from '@opscore/contract'
import { DomainError } from '../../domain-error.ts'
import { openAttempt } from '../attempt/attempt.ts'
import { takeOutcome } from '../flow.ts'
import { endedBy } from '../kinds/wait.ts'
import { hasEnded, isTerminal, type KeptSignal } from '../state.ts'
import type { Step } from '../step.ts'
import { assertFits } from './by-hand.ts'

export interface SignalCommand {
  type: 'signal'
  /** Counts once. */
  id: string
  name: string
  payload: Json
}

/** Signals that nothing has waited for yet. */
const MAX_KEPT = 1_000

/** Signals that a session takes in its life: it knows the id of each. */
const MAX_SIGNALS = 10_000

/** @throws DomainError `STATE_CONFLICT` after the session's end, `TOO_MANY_SIGNALS`, `PAYLOAD_TOO_LARGE` */
export function signal(step: Step, { id, name, payload }: SignalCommand): void {
  const { head } = step.state
  const { signals = [], signalIds = [] } = head
  if (signalIds.includes(id)) return
  if (isTerminal(head.status))
    throw new DomainError('STATE_CONFLICT', `The session is ${head.status} and takes no signal`)
  if (signals.length >= MAX_KEPT || signalIds.length >= MAX_SIGNALS) {
    const said = `The session has had ${signalIds.length} signals, and keeps ${signals.length} that nothing has waited for`
    throw new DomainError('TOO_MANY_SIGNALS', said)
  }
  const bytes = assertFits(step, payload, 'payload')
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
