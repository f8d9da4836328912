/**
 * Does for an aggregate what a process that hands over has left undone. Nobody says what that is: the aggregate is looked
 * at whole, as a wake-up may have been lost or have come for an earlier version.
 */

import type { RunningSession } from '../aggregate/agents-and-sessions.ts'
import { availabilityOf } from '../core/agent/availability.ts'
import type { AgentState } from '../core/agent/state.ts'
import { waitsForAgent } from '../core/session/attempt/attempt.ts'
import { isTerminal } from '../core/session/state.ts'
import { capabilityLine } from '../core/waiting-line/waiter.ts'
import type { AggregateRef, Store } from '../ports/store.ts'
import type { Effects } from './effects.ts'
import type { Lines } from './lines.ts'
import type { Router } from './router.ts'

export interface TakeOver {
  /** Carries out what was handed over; what others carry out themselves is theirs until a sweep finds it old. */
  effects(of: AggregateRef): Promise<void>
  /** The agent may be able to take what waits, or what waits for it, or for what it has `lost`, may have to wait elsewhere. */
  agent(agentId: string, agent: AgentState, lost: readonly string[]): void
  /** Somebody may be able to take what waits. */
  session(running: RunningSession): Promise<void>
}

export function createTakeOver(parts: {
  store: Store
  effects: Effects
  router: Router
  lines: Pick<Lines, 'of'>
}): TakeOver {
  const { store, effects, router, lines } = parts
  return {
    async effects(of) {
      const pending = await store.effectsOf(of)
      effects.carryOut(pending.filter(({ handedOver }) => handedOver))
    },
    agent(agentId, agent, lost) {
      const { deregisteredAt, silence, demoted } = agent.live
      const isGone = deregisteredAt !== null || silence === 'offline' || demoted !== undefined
      if (isGone || lost.length > 0) router.capabilitiesLost(agentId, isGone ? agent.registration.capabilities : lost)
      else router.registeredAt(agentId, agent.registration.updatedAt)
      if (availabilityOf(agent) === 'READY') router.agentReady(agentId)
    },
    async session({ session, workflow }) {
      if (isTerminal(session.head.status) || session.head.status === 'paused') return
      /** Tasks that any agent may do alike wait in one line. */
      const asked = new Set<string>()
      for (const definition of workflow.tasks) {
        const task = session.tasks[definition.index]
        const key = JSON.stringify([definition.agentId, definition.capability])
        if (!task || !waitsForAgent(task) || asked.has(key)) continue
        asked.add(key)
        const line = await lines.of(definition, session, workflow)
        router.lineOpen(line)
        // It may stand in this one: its session's agent ranked behind others when it joined, and does not any more.
        const { capability, agentId } = definition
        if (capability !== null && agentId === null && line !== capabilityLine(capability)) {
          router.lineOpen(capabilityLine(capability))
        }
      }
    },
  }
}
