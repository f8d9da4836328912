import type { Announcement } from '@opscore/contract'
import type { Refusal } from '../store/records.ts'

/** Of the agents that Ops-Core has not taken: why not. Whoever is taken takes no room here. */
export interface Announcements {
  of(agentId: string): Announcement | undefined
  /** The first try failed, and it is tried again. */
  waits(agentId: string, why: { failures: number; reason: string; since: string }): void
  refused(agentId: string, refusal: Refusal): void
  /** Ops-Core knows what there is to know of the agent. */
  settled(agentId: string): void
}

export function createAnnouncements(): Announcements {
  const open = new Map<string, Announcement>()
  return {
    of: (agentId) => open.get(agentId),
    waits: (agentId, why) => void open.set(agentId, { state: 'waiting', ...why }),
    refused: (agentId, refusal) => void open.set(agentId, { state: 'refused', ...refusal }),
    settled: (agentId) => void open.delete(agentId),
  }
}
