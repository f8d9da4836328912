import type { AttemptView } from '@opscore/contract'
import type { Engine } from '@opscore/engine'
import { DomainError } from '@opscore/engine'

/**
 * The attempt, without a name the current one; `undefined` where there is none. Keys may be bound to agents, and each agent
 * is limited by itself: both ask who has or had it, whatever a request says of whom it is about.
 */
export async function attemptMeant(
  engine: Pick<Engine, 'task'>,
  taskId: string,
  attemptId: string | null,
): Promise<AttemptView | undefined> {
  try {
    const { attempts } = await engine.task(taskId)
    return attemptId === null ? attempts.at(-1) : attempts.find((one) => one.attemptId === attemptId)
  } catch (error) {
    // The command itself says so, to those who may know.
    if (error instanceof DomainError && error.code === 'TASK_NOT_FOUND') return undefined
    throw error
  }
}
