/** A wait: for so long, until a time, or for a signal, which may have come before. */
import { cutText } from '@opscore/contract/text'
import { evaluateTemplate, parseInstant, type WaitWork } from '@opscore/workflow'
import { rootsOf } from '../roots.ts'
import type { KeptSignal } from '../state.ts'
import type { Step } from '../step.ts'
import type { WorkOutcome } from './work-outcome.ts'

export function beginWait(step: Step, work: WaitWork): WorkOutcome {
  const { now } = step.context
  if (work.signals.length > 0) {
    const kept = step.state.head.signals?.find(({ name }) => work.signals.includes(name))
    if (kept) return endedBy(work, kept)
    return {
      is: 'waiting',
      waiting: { until: work.timeout === null ? null : now + work.timeout, signals: [...work.signals] },
    }
  }
  const until = work.for === null ? untilOf(step, work) : now + work.for
  if (typeof until === 'string') return { is: 'failed', error: { code: 'TEMPLATE_ERROR', message: until } }
  return until <= now ? { is: 'completed', result: null } : { is: 'waiting', waiting: { until } }
}

/** A signal ends the wait; the result of one that waited for several says which it was. */
export const endedBy = (work: WaitWork, { id, name, payload }: KeptSignal): WorkOutcome => ({
  is: 'completed',
  result: work.anyOf ? { signal: name, payload } : payload,
  signalId: id,
})

/** Epoch milliseconds, or why there are none. */
function untilOf(step: Step, { until }: WaitWork): number | string {
  const evaluated = evaluateTemplate(until, rootsOf(step.state))
  if (!evaluated.ok) return evaluated.message
  const at = typeof evaluated.value === 'string' ? parseInstant(evaluated.value) : null
  return at ?? `"until" gave ${cutText(JSON.stringify(evaluated.value), 100)}, which is no instant with its zone`
}
