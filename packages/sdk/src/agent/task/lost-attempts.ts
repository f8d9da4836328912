import type { OpsCoreClient } from '../../client/ops-core-client.ts'

/**
 * The attempts that Ops-Core believes to run on this agent, or that timed out or were called off there and may still run, and
 * that only an earlier process of it can have started: without a word they would hold their places until their time-outs. An attempt that was sent but not begun is left
 * alone, for its message may still be on its way.
 */
export async function findLostAttempts(options: {
  opsCore: OpsCoreClient
  agentId: string
  knows: (taskId: string) => boolean
  signal: AbortSignal
}): Promise<string[]> {
  const { opsCore, agentId, knows, signal } = options
  const { places } = await opsCore.agents.get(agentId, { signal })
  const lost: string[] = []
  for (const { attemptId, taskId } of places) {
    if (knows(attemptId)) continue
    const task = await opsCore.getTask(taskId, { signal })
    const attempt = task.attempts.find((each) => each.attemptId === attemptId)
    const isBegun = attempt !== undefined && attempt.status !== 'scheduled' && attempt.status !== 'dispatched'
    if (isBegun && !knows(attemptId)) lost.push(attemptId)
  }
  return lost
}
