import { openAttempt } from './attempt/attempt.ts'
import { attemptIdOf, isTerminal, type SessionState, type TaskState } from './state.ts'
import type { Step } from './step.ts'

/** The inbox hears of every approval that was opened, moved or ended in this step. */
export function fileApprovals(step: Step, before: SessionState | null): void {
  const { sessionId } = step.state.head
  for (const { index, work } of step.context.workflow.tasks) {
    const [was, is] = [before?.tasks[index], step.state.tasks[index]]
    if (work?.kind !== 'approval' || was === is) continue
    const ids = new Set([openApproval(before, was), openApproval(step.state, is)])
    for (const attemptId of ids) if (attemptId !== null) step.effect({ type: 'inbox', sessionId, attemptId })
  }
}

function openApproval(state: SessionState | null, task: TaskState | undefined): string | null {
  const attempt = task && state && !isTerminal(state.head.status) ? openAttempt(task) : null
  return task && attempt?.waiting ? attemptIdOf(task.taskId, attempt.attempt) : null
}
