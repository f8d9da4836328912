/** What a commit led to, for whoever has something to do for it. */
import type { PendingEffect } from '../core/effect.ts'
import type { Waiter } from '../core/waiting-line/waiter.ts'

export interface AgentOutcome {
  kind: 'agent'
  id: string
  version: number
  effects: readonly PendingEffect[]
  /** It can take a task, or there is more that it can do than before. */
  ready: boolean
  /** What it could do before, where it is gone, can do less, or ranks behind others. */
  lost: readonly string[] | null
  /** What it can do, where nobody should wait for it any more rather than for those that rank behind it. */
  missed: readonly string[] | null
}

export interface SessionOutcome {
  kind: 'session'
  id: string
  version: number
  effects: readonly PendingEffect[]
  /** Tasks that came to wait for an agent. */
  joined: readonly Waiter[]
  /** Attempts that wait no more. */
  left: readonly string[]
}

export type Outcome = AgentOutcome | SessionOutcome

export interface Outcomes {
  /** After the commit is durable. Outcomes of which nothing follows are not published. */
  publish(outcome: Outcome): void
  /** Hears of every outcome, in the order of the commits of each aggregate, before its next one is decided. */
  subscribe(hear: (outcome: Outcome) => void): void
}

export function createOutcomes(): Outcomes {
  const subscribers: ((outcome: Outcome) => void)[] = []
  return {
    publish(outcome) {
      for (const hear of subscribers) hear(outcome)
    },
    subscribe: (hear) => void subscribers.push(hear),
  }
}
