/** Looks at what asked to be looked at: time-outs and back-offs of sessions, kept places and probes of agents. */
import { isReachable } from '../core/agent/availability.ts'
import { agentWakeAt } from '../core/agent/decide.ts'
import { DomainError } from '../core/domain-error.ts'
import { sessionWakeAt } from '../core/session/timers.ts'
import type { AgentLink } from '../ports/agent-link.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { WakeUp } from '../ports/store.ts'
import type { WakeQueue } from '../ports/wake-queue.ts'
import type { Agents } from './agents.ts'
import type { Sessions } from './sessions.ts'

export function createWaker(parts: {
  agents: Agents
  sessions: Sessions
  link: AgentLink
  wakeQueue: WakeQueue
  clock: Clock
  log: Log
}): (wake: WakeUp) => Promise<void> {
  const { agents, sessions, link, wakeQueue, clock, log } = parts

  async function wakeSession(id: string): Promise<number | null> {
    const running = await sessions.execute(id, { type: 'wake' })
    return running && sessionWakeAt(running.session, running.workflow)
  }

  async function wakeAgent(id: string): Promise<number | null> {
    const agent = await agents.read(id)
    if (!agent || agent.live.deregisteredAt !== null) return null
    if (!isReachable(agent)) {
      const reached = await link.probe(agent.registration.contactEndpoint)
      await agents.execute(id, { type: 'contacted', reached })
    }
    const after = await agents.execute(id, { type: 'wake' })
    return after && agentWakeAt(after, clock.now())
  }

  return async (wake) => {
    try {
      const at = wake.kind === 'session' ? await wakeSession(wake.id) : await wakeAgent(wake.id)
      if (at !== null) wakeQueue.schedule({ ...wake, at })
    } catch (error) {
      if (error instanceof DomainError) return
      log.warn({ kind: wake.kind, id: wake.id, error: String(error) }, 'A wake-up failed and comes again')
      throw error
    }
  }
}
