import type { Json, TaskFailure } from '@opscore/contract'
import type { Roots } from '@opscore/workflow'
import { hasEnded, type SessionState } from './state.ts'

/** What expressions can see of the session; `own` adds the result or error of the task whose edges are looked at. */
export function rootsOf(state: SessionState, own?: { result: Json; error: TaskFailure | null }): Roots {
  const { head } = state
  const tasks: Record<string, Json> = {}
  for (const task of state.tasks) {
    if (task && hasEnded(task))
      tasks[task.taskDefinitionId] = { result: task.result, error: task.error ? { ...task.error } : null }
  }
  const session = {
    sessionId: head.sessionId,
    workflowId: head.workflowId,
    agentId: head.agentId,
    metadata: head.metadata,
  }
  const roots: Roots = { input: head.input ?? {}, tasks, session }
  return own ? { ...roots, result: own.result, error: own.error ? { ...own.error } : null } : roots
}
