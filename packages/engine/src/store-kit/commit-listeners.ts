import type { CommittedEvent, EventDraft } from '../core/event.ts'
import type { Log } from '../ports/log.ts'

export interface CommitListeners {
  /** Nobody listens: there is no need to build what would be announced. */
  readonly none: boolean
  /** Returns what ends it. */
  add(listener: (events: readonly CommittedEvent[]) => void): () => void
  /** A listener that throws is logged: it can undo nothing, and spoils nothing for the others. */
  announce(events: readonly CommittedEvent[]): void
}

/** Whoever wants to hear of committed events. */
export function createCommitListeners(log: Log): CommitListeners {
  const listeners = new Set<{ hear: (events: readonly CommittedEvent[]) => void }>()
  return {
    get none() {
      return listeners.size === 0
    },
    add(hear) {
      const listener = { hear }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    announce(events) {
      if (events.length === 0) return
      for (const { hear } of [...listeners]) {
        try {
          hear(events)
        } catch (error) {
          log.error({ error: String(error) }, 'A listener failed on committed events')
        }
      }
    },
  }
}

/** The event as it was decided, with the place that the log gave it. */
export function committed(draft: EventDraft, position: number, partition = 0): CommittedEvent {
  return { ...draft, partition, position }
}
