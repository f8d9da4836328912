import type { Json } from '@opscore/contract'
import { DomainError } from '../../domain-error.ts'
import { findOpen, locate } from '../attempt/attempt.ts'
import { takeOutcome } from '../flow.ts'
import { approversOf, contentOf, outcomeOf, standing } from '../kinds/approval.ts'
import { type DecidedBy, isTerminal, type TaskState } from '../state.ts'
import type { Step } from '../step.ts'
import { assertFits } from './by-hand.ts'

/** A person's word on an approval. `edits` is how often its content had been edited when it was looked at. */
export interface DecideCommand {
  type: 'decide'
  attemptId: string
  decision: 'approved' | 'rejected' | 'edited'
  content?: Json
  comment: string | null
  by: DecidedBy & { scopes: readonly string[] }
  edits?: number
}

/**
 * @throws DomainError `APPROVAL_NOT_FOUND`; `FORBIDDEN` for who may not decide; `STATE_CONFLICT` where it was decided, with who did, where
 * its content was edited since, or where the same key says it twice
 */
export function decideApproval(step: Step, command: DecideCommand): void {
  const located = locate(command.attemptId, step.state, step.context.workflow)
  const work = located?.definition.work
  if (!located || work?.kind !== 'approval') {
    throw new DomainError('APPROVAL_NOT_FOUND', `Approval not found: ${command.attemptId}`)
  }
  const { definition, task, number } = located
  const attempt = findOpen(task, number)
  if (!attempt?.waiting || isTerminal(step.state.head.status)) throw isDecided(task, number)
  const { scopes, ...by } = command.by
  assertMayDecide(approversOf(work, attempt), { ...by, scopes })
  const decisions = attempt.decisions ?? []
  const edits = decisions.filter(({ decision }) => decision === 'edited').length
  if (command.edits !== undefined && command.edits !== edits) {
    throw new DomainError(
      'STATE_CONFLICT',
      'The content was edited since it was looked at: look again, and decide on that',
    )
  }
  if (command.decision === 'approved' && standing(decisions).some((one) => one.by.keyId === by.keyId)) {
    throw new DomainError('STATE_CONFLICT', `${by.name} has agreed to it already`)
  }
  const { decision, content, comment } = command
  const bytes = assertFits(step, content ?? null, 'content')
  const data = { decision, comment, by, bytes, ...(content === undefined ? {} : { content }) }
  step.addTask('task.decided', definition, data, { attempt: attempt.attempt })
  const after = findOpen(step.task(definition), attempt.attempt)
  const outcome = after && outcomeOf(work, after, contentOf(after, task.payload))
  if (outcome) takeOutcome(step, definition, attempt.attempt, outcome)
}

function isDecided(task: TaskState, number: number): DomainError {
  const last = task.attempts.find(({ attempt }) => attempt === number)?.decisions?.at(-1)
  const who = last
    ? `: ${last.by.name} has ${last.decision} it at ${new Date(last.at).toISOString()}`
    : ` (it is ${task.status})`
  return new DomainError('STATE_CONFLICT', `The approval is over${who}`)
}

function assertMayDecide({ scopes, keys }: ReturnType<typeof approversOf>, by: DecideCommand['by']): void {
  if (scopes === undefined && keys === undefined) return
  const byScope = scopes?.some((scope) => by.scopes.includes(scope)) ?? false
  const byKey = keys?.some((key) => key === by.keyId || key === by.name) ?? false
  if (byScope || byKey) return
  const who = [
    ...(scopes ?? []).map((scope) => `a key with the scope "${scope}"`),
    ...(keys ?? []).map((key) => `the key "${key}"`),
  ]
  throw new DomainError('FORBIDDEN', `${by.name} may not decide this; ${who.join(' or ')} may`)
}
