/** Looks at what asked to be looked at: time-outs and back-offs of sessions, kept places and probes of agents. */

import type { Agents, Sessions } from '../aggregate/agents-and-sessions.ts'
import { isReachable } from '../core/agent/availability.ts'
import { agentWakeAt } from '../core/agent/decide.ts'
import { DomainError } from '../core/domain-error.ts'
import { sessionWakeAt } from '../core/session/timers.ts'
import type { AgentLink } from '../ports/agent-link.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { WakeUp } from '../ports/store.ts'
import type { WakeQueue } from '../ports/wake-queue.ts'
import type { TakeOver } from './take-over.ts'

/** Probes under way at once; one more is left to the agent's next wake-up. */
const PROBES = 256

export function createWaker(parts: {
  agents: Agents
  sessions: Sessions
  link: AgentLink
  wakeQueue: WakeQueue
  clock: Clock
  log: Log
  /** Where other processes may have left something to this one. */
  takeOver: TakeOver | null
}): (wake: WakeUp) => Promise<void> {
  const { agents, sessions, link, wakeQueue, clock, log, takeOver } = parts

  const probing = new Set<string>()

  /**
   * Apart from the wake-up: an endpoint that swallows packets takes seconds to say nothing, and many of them must not
   * keep the time-outs and back-offs of others waiting. Where its outcome is lost, the next wake-up probes again.
   */
  async function probe(id: string, contactEndpoint: string): Promise<void> {
    if (probing.has(id) || probing.size >= PROBES) return
    probing.add(id)
    try {
      const reached = await link.probe(contactEndpoint)
      await agents.execute(id, { type: 'contacted', reached })
    } catch (error) {
      log.warn({ kind: 'agent', id, error: String(error) }, 'The outcome of a probe was lost; it is made again')
    } finally {
      probing.delete(id)
    }
  }

  async function wakeSession(id: string): Promise<number | null> {
    await takeOver?.effects({ kind: 'session', id })
    const running = await sessions.execute(id, { type: 'wake' })
    if (running) await takeOver?.session(running)
    return running && sessionWakeAt(running.session, running.workflow)
  }

  async function wakeAgent({ id, lost = [] }: WakeUp): Promise<number | null> {
    const woken = agents.execute(id, { type: 'wake' })
    const [agent] = await Promise.all([woken, takeOver?.effects({ kind: 'agent', id })])
    if (agent) takeOver?.agent(id, agent, lost)
    if (!agent || agent.live.deregisteredAt !== null) return null
    if (!isReachable(agent)) void probe(id, agent.registration.contactEndpoint)
    return agentWakeAt(agent, clock.now())
  }

  return async (wake) => {
    try {
      const { kind, id, version } = wake
      const at = kind === 'session' ? await wakeSession(id) : await wakeAgent(wake)
      if (at !== null) wakeQueue.schedule({ kind, id, version, at })
    } catch (error) {
      if (error instanceof DomainError) return
      log.warn({ kind: wake.kind, id: wake.id, error: String(error) }, 'A wake-up failed and comes again')
      throw error
    }
  }
}
