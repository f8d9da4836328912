import { DomainError } from '../core/domain-error.ts'
import type { Engine } from '../engine/engine.ts'

/**
 * The agent that has or had the attempt, without a name the current one; `undefined` where there is none. Keys may be bound
 * to agents, and each agent is limited by itself: both ask for it, whatever a request says of whom it is about.
 */
export async function agentOfAttempt(
  engine: Pick<Engine, 'task'>,
  taskId: string,
  attemptId: string | null,
): Promise<string | undefined> {
  try {
    const { attempts } = await engine.task(taskId)
    const meant = attemptId === null ? attempts.at(-1) : attempts.find((one) => one.attemptId === attemptId)
    return meant?.agentId ?? undefined
  } catch (error) {
    // The command itself says so, to those who may know.
    if (error instanceof DomainError && error.code === 'TASK_NOT_FOUND') return undefined
    throw error
  }
}
