/**
 * A recorded history: what one aggregate's log held, and the state that it folded to when it was recorded. Once committed
 * it never changes: logs like it lie in data directories that later versions open (reliability.md, invariant 11).
 */
import type { JsonObject } from '@opscore/contract'
import type { AgentEvent } from '../../src/core/agent/events.ts'
import { evolveAgent } from '../../src/core/agent/evolve.ts'
import type { AgentState } from '../../src/core/agent/state.ts'
import type { CommittedEvent, EventDraft } from '../../src/core/event.ts'
import type { SessionEvent } from '../../src/core/session/events.ts'
import { evolveSession } from '../../src/core/session/evolve.ts'
import type { SessionState } from '../../src/core/session/state.ts'

/** Rises when the shape of recorded events or states changes, so that a reader knows what it has before it. */
export const HISTORY_FORMAT = 1

interface Recorded {
  format: number
  name: string
  /** Where a log lies in a partition beside others, its positions have gaps; here it has the partition for itself. */
  events: CommittedEvent[]
}

export interface SessionHistory extends Recorded {
  kind: 'session'
  definition: JsonObject
  state: SessionState
}

export interface AgentHistory extends Recorded {
  kind: 'agent'
  state: AgentState
}

export type History = SessionHistory | AgentHistory

/** As a log holds it. */
export function committed(events: readonly EventDraft[]): CommittedEvent[] {
  return events.map((event, index) => ({ ...event, partition: 0, position: index + 1 }))
}

/** The state that today's code makes of the events, as JSON has it: a task that was not reached is `null`. */
export function fold(kind: History['kind'], events: readonly CommittedEvent[]): unknown {
  // What a log of this kind holds, by the promise of whoever wrote it.
  const state =
    kind === 'session'
      ? (events as readonly (CommittedEvent & SessionEvent)[]).reduce<SessionState | null>(evolveSession, null)
      : (events as readonly (CommittedEvent & AgentEvent)[]).reduce<AgentState | null>(evolveAgent, null)
  return JSON.parse(JSON.stringify(state))
}
