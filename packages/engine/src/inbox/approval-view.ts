/** An approval as the wire shows it: from its session, which is the truth of it. */
import { createHash } from 'node:crypto'
import type { ApprovalSummary, ApprovalView, Json } from '@opscore/contract'
import type { ApprovalWork } from '@opscore/workflow'
import type { RunningSession } from '../aggregate/agents-and-sessions.ts'
import { locate } from '../core/session/attempt/attempt.ts'
import { approversOf, contentOf } from '../core/session/kinds/approval.ts'
import { type AttemptState, isTerminal, type TaskState } from '../core/session/state.ts'

export interface FoundApproval {
  work: ApprovalWork
  task: TaskState
  attempt: AttemptState
  isOpen: boolean
}

/** `null` where the id names none. */
export function findApproval({ session, workflow }: RunningSession, approvalId: string): FoundApproval | null {
  const located = locate(approvalId, session, workflow)
  const work = located?.definition.work
  const attempt = located?.task.attempts.find((one) => one.attempt === located.number)
  if (!located || work?.kind !== 'approval' || !attempt?.waiting) return null
  const { task } = located
  return { work, task, attempt, isOpen: attempt.endedAt === null && !isTerminal(session.head.status) }
}

const iso = (time: number): string => new Date(time).toISOString()

export function approvalSummary(
  { session: { head } }: RunningSession,
  approvalId: string,
  { work, task, attempt }: FoundApproval,
): ApprovalSummary {
  const until = attempt.waiting?.until ?? null
  return {
    approvalId,
    sessionId: head.sessionId,
    workflowId: head.workflowId,
    taskId: task.taskId,
    taskDefinitionId: task.taskDefinitionId,
    title: attempt.waiting?.title ?? '',
    since: iso(attempt.startedAt ?? attempt.scheduledAt),
    until: until === null ? null : iso(until),
    escalated: attempt.escalatedAt !== undefined,
    approvers: approversOf(work, attempt),
  }
}

export function approvalView(running: RunningSession, approvalId: string, found: FoundApproval): ApprovalView {
  const summary = approvalSummary(running, approvalId, found)
  const content = contentOf(found.attempt, found.task.payload)
  return {
    ...summary,
    status: statusOf(found),
    content,
    contentHash: hashOf(summary.title, content),
    form: found.work.form,
    decisions: (found.attempt.decisions ?? []).map(({ decision, by, at, comment }) => ({
      decision,
      by,
      at: iso(at),
      comment,
    })),
  }
}

const hashOf = (title: string, content: Json): string =>
  createHash('sha256')
    .update(JSON.stringify([title, content]))
    .digest('hex')

function statusOf({ task, attempt, isOpen }: FoundApproval): ApprovalView['status'] {
  if (isOpen) return 'open'
  if (attempt.status === 'timed_out') return 'expired'
  if (attempt.status === 'failed') return attempt.error?.code === 'APPROVAL_REJECTED' ? 'rejected' : 'expired'
  if (attempt.status !== 'completed') return 'cancelled'
  const { result } = task
  const decision = typeof result === 'object' && result !== null && 'decision' in result ? result.decision : null
  return decision === 'approved' || decision === 'rejected' || decision === 'edited' ? decision : 'expired'
}
