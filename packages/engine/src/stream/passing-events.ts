import type { EventType, OpsEvent } from '@opscore/contract'
import type { CommittedEvent } from '../core/event.ts'

/** Tasks whose progress a reader that has not caught up may be owed; beyond it the oldest is forgotten. */
const KEPT = 1_024

/** After these a task's earlier progress would be news of the past. */
const OVERTAKES: ReadonlySet<EventType> = new Set([
  'task.attempt_failed',
  'task.completed',
  'task.failed',
  'task.cancelled',
])

/**
 * Events for one reader that are not stored (`task.progressed`): the newest of each task, until the reader has caught up
 * with the log. So a reader that is slow is owed little, and none sees a task progress that it has seen end.
 */
export class PassingEvents {
  readonly #wants: (event: OpsEvent) => boolean
  readonly #byTask = new Map<string, OpsEvent>()

  constructor(wants: (event: OpsEvent) => boolean) {
    this.#wants = wants
  }

  add(event: OpsEvent): void {
    if (event.taskId === undefined || !this.#wants(event)) return
    this.#byTask.delete(event.taskId)
    this.#byTask.set(event.taskId, event)
    if (this.#byTask.size <= KEPT) return
    for (const oldest of this.#byTask.keys()) {
      this.#byTask.delete(oldest)
      return
    }
  }

  /** The reader comes to an event of the log. */
  reached({ type, taskId }: CommittedEvent): void {
    if (taskId !== undefined && OVERTAKES.has(type)) this.#byTask.delete(taskId)
  }

  /** What the reader is owed when it has caught up. */
  take(): OpsEvent[] {
    const owed = [...this.#byTask.values()]
    this.#byTask.clear()
    return owed
  }
}
