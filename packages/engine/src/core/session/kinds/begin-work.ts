/** How a task that no agent does begins, and what the passing of time does to it. */
import type { Json } from '@opscore/contract'
import { evaluateTemplate, type TaskWork } from '@opscore/workflow'
import { rootsOf } from '../roots.ts'
import type { AttemptState, SessionHead } from '../state.ts'
import type { Step } from '../step.ts'
import { beginApproval, expireApproval } from './approval.ts'
import { beginWait } from './wait.ts'
import type { WorkOutcome } from './work-outcome.ts'

export function beginWork(step: Step, work: TaskWork): WorkOutcome {
  switch (work.kind) {
    case 'expression': {
      const evaluated = evaluateTemplate(work.value, rootsOf(step.state))
      if (evaluated.ok) return { is: 'completed', result: evaluated.value }
      return { is: 'failed', error: { code: 'TEMPLATE_ERROR', message: evaluated.message } }
    }
    case 'wait':
      return beginWait(step, work)
    case 'approval':
      return beginApproval(step, work)
  }
}

/** When the waiting is over by itself; `null` for never. Patience stands still in a pause, the clock on the wall does not. */
export function workEndsAt(work: TaskWork, attempt: AttemptState | null, head: SessionHead): number | null {
  const until = attempt?.waiting?.until ?? null
  if (until === null || head.status === 'paused') return null
  return isPatience(work) ? until + (attempt?.stoodStill ?? 0) : until
}

const isPatience = (work: TaskWork): boolean =>
  work.kind === 'approval' || (work.kind === 'wait' && work.signals.length > 0)

/** What becomes of it when its time is over; `payload` is the task's. */
export function endWork(step: Step, work: TaskWork, attempt: AttemptState, payload: Json): WorkOutcome {
  if (work.kind === 'approval') return expireApproval(step, work, attempt, payload)
  if (work.kind === 'wait' && work.signals.length > 0) {
    return { is: 'failed', error: { code: 'WAIT_TIMEOUT', message: `No signal ${namesOf(work.signals)} came in time` } }
  }
  return { is: 'completed', result: null }
}

const namesOf = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(' or ')
