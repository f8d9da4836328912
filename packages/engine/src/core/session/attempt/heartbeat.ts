import type { Progress } from '@opscore/contract'
import type { SessionState } from '../state.ts'

/** The session after a sign of life: the one change of a state that no event tells. */
export function withHeartbeat(
  state: SessionState,
  index: number,
  attempt: number,
  progress: Progress | null,
  now: number,
): SessionState {
  const task = state.tasks[index]
  if (!task) return state
  const tasks = state.tasks.slice()
  tasks[index] = {
    ...task,
    progress: progress ?? task.progress,
    attempts: task.attempts.map((one) => (one.attempt === attempt ? { ...one, heartbeatAt: now } : one)),
  }
  return { ...state, tasks }
}
