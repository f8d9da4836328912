import type { OpsEvent } from '@opscore/contract'

/**
 * Tells events that are not stored (`task.progressed`) to the streams of every process. Each is told once at most, in no
 * promised order; one that is lost on the way is made up for by the next.
 */
export interface Broadcast {
  publish(event: OpsEvent): void
  /** Hears what any process publishes, this one too. Returns what ends it. */
  listen(hear: (event: OpsEvent) => void): () => void
  close(): Promise<void>
}
