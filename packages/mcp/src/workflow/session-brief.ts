import type { SessionView } from '@opscore/contract'

/** A session without what its tasks were given and gave: what a model needs to go on with it. */
export function sessionBrief({ tasks, ...session }: SessionView): object {
  const { sessionId, workflowId, agentId, status, startTime, endTime, result, error } = session
  return {
    ...{ sessionId, workflowId, agentId, status, startTime, endTime, result, error },
    tasks: tasks.map((task) => ({
      taskId: task.taskDefinitionId,
      status: task.status,
      agentId: task.agentId,
      attempts: task.attempts.length,
      progress: task.progress,
      error: task.error,
    })),
  }
}
