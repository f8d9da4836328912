/** What an agent of the simulation has in hand by its own count, and what it refuses. */

import type { VirtualClock } from './virtual-world.ts'

export type Plan = 'completes' | 'fails' | 'is silent' | 'is late'

export interface AgentKind {
  agentId: string
  capabilities: string[]
  room: number
  /** Names the attempt in its reports, as the SDK's agents do. */
  echoes: boolean
  /** How many tasks it takes by its own count, which a person may have declared wrongly; it refuses more. `null`: any number. */
  own: number | null
  /** What it does with every attempt, whatever its id. */
  always?: Plan
  /** It takes so long, in milliseconds. */
  takes?: number
  /** It may answer a message with the outcome; some of these report beside that, and some never report anything. */
  answers?: 'and reports' | 'alone'
}

export interface Hands {
  take(attemptId: string, deadline: number): void
  /** It will say its end, however late; until then it is in hand. */
  willEnd(attemptId: string): void
  drop(attemptId: string): void
  /** The agent has reported this state. */
  spoke(state: string): void
  /** `null` where there is room for one more. */
  refuse(): { retryAfter: number | null } | null
  empty(): void
}

/** Whoever says nothing of a task lets go of it so long after its deadline; in milliseconds. */
const HANGING = 30_000
/** The pause that a refusal names, where it names one, in milliseconds. */
const NAMED = 8_000
/** What was on its way when the agent refused arrives within so many milliseconds. */
const UNDER_WAY = 1_000
/** Clocks of several processes differ by so much, in milliseconds. */
const SKEW = 2_000

export function createHands(parts: { kind: AgentKind; clock: VirtualClock; missed: string[] }): Hands {
  const { kind, clock, missed } = parts
  const letsGoAt = new Map<string, number>()
  /** Until when Ops-Core keeps a place for what was taken and not spoken of. */
  const keptUntil = new Map<string, number>()
  /** It refused at `from`, and named a time. */
  let refusal: { from: number; until: number } | null = null

  return {
    take(attemptId, deadline) {
      letsGoAt.set(attemptId, deadline + HANGING)
      keptUntil.set(attemptId, deadline + (deadline - clock.now()))
    },
    willEnd: (attemptId) => void letsGoAt.set(attemptId, Number.POSITIVE_INFINITY),
    drop(attemptId) {
      letsGoAt.delete(attemptId)
      keptUntil.delete(attemptId)
    },
    spoke(state) {
      if (state !== 'active') refusal = null
    },
    refuse() {
      const now = clock.now()
      const kept = [...keptUntil.values()].filter((until) => now < until - SKEW)
      // Elsewhere a place may be given back for an answer that was lost, though the message was not.
      if (kind.always && kept.length >= kind.room) missed.push(`16: ${kind.agentId} is sent more than it has room for`)
      for (const [attemptId, at] of letsGoAt) if (at <= now) letsGoAt.delete(attemptId)
      if (kind.own === null || letsGoAt.size < kind.own) return null
      // Elsewhere a process may die before it has told anybody of the refusal.
      if (kind.always && refusal && now > refusal.from + UNDER_WAY && now < refusal.until - SKEW) {
        missed.push(`17: ${kind.agentId} is asked again ${refusal.until - now} ms too early`)
      }
      const retryAfter = letsGoAt.size % 2 === 0 ? NAMED : null
      refusal = { from: now, until: now + (retryAfter ?? 0) }
      return { retryAfter }
    },
    empty() {
      letsGoAt.clear()
      keptUntil.clear()
      refusal = null
    },
  }
}
