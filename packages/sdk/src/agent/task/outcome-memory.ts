import type { Report } from '../report-queue.ts'

export interface OutcomeMemory {
  has(taskId: string): boolean
  get(taskId: string): Report | undefined
  set(taskId: string, report: Report): void
}

/**
 * The reports that ended the latest tasks, for messages that come again: Ops-Core and AgentKit repeat a message only for
 * minutes, so the oldest may go. Bounded by size too, for a result may have 256 KiB.
 */
export function createOutcomeMemory({ maxTasks = 10_000, maxCharacters = 16 * 1024 * 1024 } = {}): OutcomeMemory {
  const outcomes = new Map<string, { report: Report; size: number }>()
  let size = 0

  function forget(taskId: string): void {
    size -= outcomes.get(taskId)?.size ?? 0
    outcomes.delete(taskId)
  }

  return {
    has: (taskId) => outcomes.has(taskId),
    get: (taskId) => outcomes.get(taskId)?.report,
    set(taskId, report) {
      forget(taskId)
      const entry = { report, size: JSON.stringify(report.details).length }
      outcomes.set(taskId, entry)
      size += entry.size
      for (const oldest of outcomes.keys()) {
        if (outcomes.size <= maxTasks && size <= maxCharacters) return
        if (oldest !== taskId) forget(oldest)
      }
    },
  }
}
