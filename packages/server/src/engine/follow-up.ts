/** What follows from a commit at once, beside the wake-up that it asks for. */
import type { PendingEffect } from '../core/effect.ts'
import { capabilityLine, type Waiter } from '../core/waiting-line/waiter.ts'
import type { Clock } from '../ports/clock.ts'
import type { WakeQueue } from '../ports/wake-queue.ts'
import type { Effects } from './effects.ts'
import type { Router } from './router.ts'

export interface FollowUp {
  /** Effects are left to other processes. */
  readonly handsOver: boolean
  agent(
    id: string,
    version: number,
    news: {
      effects: readonly PendingEffect[]
      /** It can take a task, or there is more that it can do than before. */
      ready: boolean
      /** What it could do before, where it is gone, can do less, or ranks behind others. */
      lost: readonly string[] | null
      /** What it can do, where nobody should wait for it any more rather than for those that rank behind it. */
      missed: readonly string[] | null
    },
  ): void
  session(id: string, version: number, news: { effects: readonly PendingEffect[]; joined: readonly Waiter[] }): void
}

/** Carries it out in this process. */
export function createFollowUp(parts: { effects: Effects; router: () => Router }): FollowUp {
  const { effects, router } = parts
  return {
    handsOver: false,
    agent(id, _version, news) {
      effects.carryOut(news.effects)
      if (news.ready) router().agentReady(id)
      if (news.lost) router().capabilitiesLost(id, news.lost)
      for (const capability of news.missed ?? []) router().lineOpen(capabilityLine(capability))
    },
    session(_id, _version, news) {
      effects.carryOut(news.effects)
      const [only, ...others] = news.joined
      if (only && others.length === 0) router().lineOpen(only.line)
      else for (const line of new Set(news.joined.map((waiter) => waiter.line))) router().lineOpen(line)
    },
  }
}

/** Leaves it to a process that looks at the aggregate whole (take-over.ts). */
export function createHandOver({ wakeQueue, clock }: { wakeQueue: WakeQueue; clock: Clock }): FollowUp {
  return {
    handsOver: true,
    agent(id, version, { lost }) {
      wakeQueue.schedule({ kind: 'agent', id, version, at: clock.now(), ...(lost?.length ? { lost } : {}) })
    },
    session: (id, version) => wakeQueue.schedule({ kind: 'session', id, version, at: clock.now() }),
  }
}
