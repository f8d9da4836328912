/** Sessions as the engine runs them: the mailbox over the pure session, with its waiters and its wake-up. */
import type { WorkflowDefinition } from '@opscore/contract'
import { DomainError } from '../core/domain-error.ts'
import type { PendingEffect } from '../core/effect.ts'
import { decideSession, type SessionCommand } from '../core/session/decide.ts'
import { attemptIdOf, isTerminal, type SessionState, type TaskState } from '../core/session/state.ts'
import { sessionWakeAt } from '../core/session/timers.ts'
import type { Waiter } from '../core/waiting-line/waiter.ts'
import type { CompiledTask, CompiledWorkflow } from '../core/workflow/compiled-workflow.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { SessionCommit, Store, Versioned } from '../ports/store.ts'
import type { WakeQueue } from '../ports/wake-queue.ts'
import type { Definitions } from './definitions.ts'
import { type Batch, createMailbox, type Decided, type Mailbox } from './mailbox.ts'

/** A session with the definition it runs by. */
export interface RunningSession {
  session: SessionState
  workflow: CompiledWorkflow
}

/** Starting needs the definition; `keep` is an inline one, committed with the session. */
export type SessionOrder =
  | SessionCommand
  | { type: 'begin'; command: SessionCommand; workflow: CompiledWorkflow; keep: WorkflowDefinition }

export type Sessions = Mailbox<RunningSession, SessionOrder>

/** Sessions kept in memory: those that move are found here. */
const CACHED_SESSIONS = 5_000

export function createSessions(parts: {
  store: Store
  clock: Clock
  ids: Ids
  wakeQueue: WakeQueue
  definitions: Definitions
  lineOf: (task: CompiledTask, session: SessionState, workflow: CompiledWorkflow) => Promise<string>
  carryOut: (effects: PendingEffect[]) => void
  joined: (waiters: Waiter[]) => void
}): Sessions {
  const { store, clock, wakeQueue } = parts

  async function load(id: string): Promise<Versioned<RunningSession> | null> {
    const found = await store.loadSession(id)
    if (!found) return null
    const workflow = await parts.definitions.byHash(found.state.head.definitionHash)
    return { version: found.version, state: { session: found.state, workflow } }
  }

  function decide(id: string, running: RunningSession | null, order: SessionOrder): Decided<RunningSession> | null {
    const command = order.type === 'begin' ? order.command : order
    const workflow = order.type === 'begin' ? order.workflow : running?.workflow
    if (!workflow) throw new DomainError('SESSION_NOT_FOUND', `Session not found: ${id}`)
    const context = { now: clock.now(), workflow, random: parts.ids.random }
    const { state, events, effects } = decideSession(id, running?.session ?? null, command, context)
    if (events.length === 0 && effects.length === 0 && command.type !== 'requeue') return null
    return { state: { session: state, workflow }, events, effects }
  }

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
    const line = await parts.lineOf(definition, session, workflow)
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

  async function toCommit(batch: Batch<RunningSession, SessionOrder>): Promise<SessionCommit> {
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

  function committed(
    { id, effects }: Batch<RunningSession, SessionOrder>,
    version: number,
    { wakeAt, waiters }: SessionCommit,
  ): void {
    if (wakeAt === null) wakeQueue.cancel({ kind: 'session', id })
    else wakeQueue.schedule({ kind: 'session', id, version, at: wakeAt })
    if (effects.length > 0) parts.carryOut(effects)
    if (waiters.join.length > 0) parts.joined(waiters.join)
  }

  return createMailbox({ store, load, decide, toCommit, committed, capacity: CACHED_SESSIONS })
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
