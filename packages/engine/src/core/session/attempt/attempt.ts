/** What can be said of an attempt from its task's state. */

import type { Json, TaskFailure } from '@opscore/contract'
import type { CompiledTask, CompiledWorkflow } from '@opscore/workflow'
import type { ReleaseEffect } from '../../effect.ts'
import {
  type AttemptState,
  attemptIdOf,
  parseAttemptId,
  parseTaskId,
  type SessionState,
  type TaskState,
} from '../state.ts'

/** The outcome of an attempt, said directly rather than by an agent's state. */
export interface Conclusion {
  type: 'conclude'
  attemptId: string
  /** The agent is done when it says so; where a person does, it may be at work. */
  by: 'agent' | 'person'
  outcome: 'completed' | 'failed'
  result: Json
  error: TaskFailure | null
}

/** What an attempt's id names in a session that runs by this workflow; `null` where it names nothing there. */
export function locate(
  attemptId: string,
  { tasks }: Pick<SessionState, 'tasks'>,
  workflow: CompiledWorkflow,
): { definition: CompiledTask; task: TaskState; number: number } | null {
  const named = parseAttemptId(attemptId)
  const index = named ? (parseTaskId(named.taskId)?.index ?? -1) : -1
  const definition = workflow.tasks[index]
  const task = tasks[index]
  return named && definition && task ? { definition, task, number: named.attempt } : null
}

/** The attempt that is under way, if the task has one. */
export function openAttempt(task: TaskState): AttemptState | null {
  const last = task.attempts.at(-1)
  return last && last.endedAt === null ? last : null
}

/** Whether its attempt stands in a line until an agent takes it. */
export const waitsForAgent = (task: TaskState): boolean =>
  task.status === 'pending' && openAttempt(task)?.agentId === null

/** The open attempt with this number; `null` where it is over, or another one is under way. */
export function findOpen(task: TaskState | undefined, attempt: number): AttemptState | null {
  const open = task ? openAttempt(task) : null
  return open?.attempt === attempt ? open : null
}

/** When `startToClose` strikes: it runs from the dispatch (engine.md). */
export function closesAt(definition: CompiledTask, attempt: AttemptState): number {
  return (attempt.dispatchedAt ?? attempt.assignedAt ?? attempt.scheduledAt) + definition.timeouts.startToClose
}

/** Gives the agent its place back, or tells it how long to keep it: its own word may take another `startToClose`. */
export function releaseOf(
  definition: CompiledTask,
  task: TaskState,
  attempt: AttemptState,
  reason: ReleaseEffect['reason'],
  now: number,
): ReleaseEffect {
  return {
    type: 'release',
    agentId: attempt.agentId ?? '',
    attemptId: attemptIdOf(task.taskId, attempt.attempt),
    reason,
    until: now + definition.timeouts.startToClose,
  }
}

/** When the task's attempts of this epoch began: `scheduleToClose` runs from there. */
export function epochStart(task: TaskState): number {
  return task.attempts.find((attempt) => attempt.attempt >= task.firstAttempt)?.scheduledAt ?? task.createdAt
}
