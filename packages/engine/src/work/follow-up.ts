/** What follows from a commit at once, beside the wake-up that it asks for. */

import type { Outcome } from '../aggregate/outcome.ts'
import { capabilityLine } from '../core/waiting-line/waiter.ts'
import type { Clock } from '../ports/clock.ts'
import type { WakeQueue } from '../ports/wake-queue.ts'
import type { Effects } from './effects.ts'
import type { Router } from './router.ts'

/** Does it in this process. */
export function createFollowUp({ effects, router }: { effects: Effects; router: Router }): (outcome: Outcome) => void {
  return (outcome) => {
    effects.carryOut(outcome.effects)
    if (outcome.kind === 'session') {
      for (const attemptId of outcome.left) router.settled(attemptId)
      router.joined(outcome.joined)
      return
    }
    if (outcome.ready) router.agentReady(outcome.id)
    if (outcome.lost) router.capabilitiesLost(outcome.id, outcome.lost)
    for (const capability of outcome.missed ?? []) router.lineOpen(capabilityLine(capability))
  }
}

/** Leaves it to a process that looks at the aggregate whole (take-over.ts). */
export function createHandOver({
  wakeQueue,
  clock,
}: {
  wakeQueue: WakeQueue
  clock: Clock
}): (outcome: Outcome) => void {
  return (outcome) => {
    const { kind, id, version } = outcome
    if (kind === 'session' && outcome.effects.length + outcome.joined.length === 0) return
    const lost = outcome.kind === 'agent' && outcome.lost?.length ? { lost: outcome.lost } : {}
    wakeQueue.schedule({ kind, id, version, at: clock.now(), ...lost })
  }
}
