/** What a session's step writes: only what it changed, with who joins and leaves the waiting lines. */
import { attemptIdOf, isTerminal, type SessionState, type TaskState } from '../core/session/state.ts'
import { sessionWakeAt } from '../core/session/timers.ts'
import type { Waiter } from '../core/waiting-line/waiter.ts'
import type { CompiledWorkflow } from '../core/workflow/compiled-workflow.ts'
import type { SessionCommit } from '../ports/store.ts'
import type { LineOf } from './lines.ts'
import type { Batch } from './mailbox.ts'
import type { RunningSession, SessionOrder } from './sessions.ts'

export function createSessionCommit(lineOf: LineOf) {
  async function joining(batch: Batch<RunningSession, SessionOrder>): Promise<Waiter[]> {
    const { before, after, commands } = batch
    const { session, workflow } = after
    const again = new Set(commands.flatMap((command) => (command.type === 'requeue' ? [command.attemptId] : [])))
    const changed = session.tasks.filter((task) => {
      const attemptId = waitingAttempt(session, task)
      if (!task || attemptId === null) return false
      return (
        again.has(attemptId) ||
        waitingAttempt(before?.state.session, before?.state.session.tasks[indexOf(task)]) !== attemptId
      )
    })
    return Promise.all(changed.flatMap((task) => (task ? [waiterOf(task, session, workflow)] : [])))
  }

  async function waiterOf(task: TaskState, session: SessionState, workflow: CompiledWorkflow): Promise<Waiter> {
    const definition = workflow.tasks[indexOf(task)]
    const attempt = task.attempts.at(-1)
    if (!definition || !attempt) throw new Error(`Task ${task.taskId} waits without a definition or an attempt`)
    const line = await lineOf(definition, session, workflow)
    const attemptId = attemptIdOf(task.taskId, attempt.attempt)
    const { sessionId } = session.head
    return {
      attemptId,
      sessionId,
      taskId: task.taskId,
      line,
      priority: definition.priority,
      since: attempt.scheduledAt,
    }
  }

  return async (batch: Batch<RunningSession, SessionOrder>): Promise<SessionCommit> => {
    const { id, before, after, commands } = batch
    const begun = commands.find((command) => command.type === 'begin')
    const known = before?.state.session
    return {
      kind: 'session',
      sessionId: id,
      expectedVersion: before?.version ?? 0,
      events: batch.events,
      wakeAt: sessionWakeAt(after.session, after.workflow),
      effects: batch.effects,
      done: batch.done,
      head: after.session.head,
      tasks: after.session.tasks.flatMap((task, index) => (task && task !== known?.tasks[index] ? [task] : [])),
      waiters: { join: await joining(batch), leave: leaving(known, after.session) },
      ...(begun ? { definition: { hash: after.session.head.definitionHash, definition: begun.keep } } : {}),
      ...(batch.once.length > 0 ? { once: batch.once } : {}),
    }
  }
}

const indexOf = (task: TaskState): number => Number(task.taskId.slice(task.taskId.lastIndexOf('.') + 1)) - 1

/** The attempt that stands in a line for this task; none does while the session is paused. */
function waitingAttempt(session: SessionState | undefined, task: TaskState | undefined): string | null {
  if (!session || !task || task.status !== 'pending') return null
  if (session.head.status === 'paused' || isTerminal(session.head.status)) return null
  const attempt = task.attempts.at(-1)
  return attempt && attempt.endedAt === null && attempt.agentId === null
    ? attemptIdOf(task.taskId, attempt.attempt)
    : null
}

function leaving(before: SessionState | undefined, after: SessionState): string[] {
  if (!before) return []
  return before.tasks.flatMap((task, index) => {
    const attemptId = waitingAttempt(before, task)
    return attemptId !== null && waitingAttempt(after, after.tasks[index]) !== attemptId ? [attemptId] : []
  })
}
