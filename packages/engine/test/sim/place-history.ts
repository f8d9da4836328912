import type { CommittedEvent } from '../../src/core/event.ts'
import { parseAttemptId } from '../../src/core/session/state.ts'

/**
 * An agent's place is given back only once the attempt that holds it is over (reliability.md, 16), or the agent has ended
 * it: what it is given for the same attempt after that, before its session has heard of it, is a place too many.
 */
export function placeBreaches(events: readonly CommittedEvent[]): string[] {
  /** The agent that has the task's open attempt. */
  const holders = new Map<string, { attempt: number | undefined; agentId: string | undefined }>()
  /** Attempts that their agents have ended. */
  const ended = new Set<string>()
  const found: string[] = []
  for (const { type, taskId = '', attempt, agentId, data, position } of events) {
    if (type === 'task.assigned') holders.set(taskId, { attempt, agentId })
    else if (type === 'task.attempt_failed' || type === 'task.completed' || type === 'task.cancelled')
      holders.delete(taskId)
    if (type !== 'agent.place_freed') continue
    const { attemptId, reason } = data as { attemptId: string; reason: string }
    const held = holders.get(taskId)
    if (reason !== 'released') ended.add(`${agentId} ${attemptId}`)
    else if (
      held?.agentId === agentId &&
      held?.attempt === parseAttemptId(attemptId)?.attempt &&
      !ended.has(`${agentId} ${attemptId}`)
    ) {
      found.push(`16: the place of ${attemptId} with ${agentId} was freed while it is at work, at ${position}`)
    }
  }
  return found
}
