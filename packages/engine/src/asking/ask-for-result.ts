/**
 * Asks an agent that may answer with its result. The answer may take as long as the attempt, and longer: as long as the agent's
 * place is kept its late answer gives it back. A connection that is lost says nothing of the attempt: the agent is asked
 * again for the same one, under the same key, until the attempt is over.
 */

import type { Agents, Sessions } from '../aggregate/agents-and-sessions.ts'
import type { DispatchEffect } from '../core/effect.ts'
import type { Delivery } from '../ports/agent-link.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'
import { createAskingLeases } from './asking-lease.ts'

/** The pause after the first of several lost connections, which doubles with each, and the longest; in milliseconds. */
const FIRST_PAUSE = 1_000
const LONGEST_PAUSE = 30_000

/** Beyond the time in which others accept a message: whoever has not answered by then is at work on it. In milliseconds. */
const AT_WORK = 12_000

/** `not wanted`: the attempt is over. `called off`: it is asked again later on, by this process or another. */
export type AskOutcome = Delivery | 'not wanted' | 'called off'

export interface Ask {
  effect: DispatchEffect
  id: string
  /** When it was committed. */
  at: number
  /** One message to the agent; `null` where there is nothing to be sent any more. */
  deliver: () => Promise<Delivery | null>
}

export function createAsking(parts: {
  store: Store
  agents: Agents
  sessions: Sessions
  clock: Clock
  log: Log
  stopping: AbortSignal
}): (ask: Ask) => Promise<AskOutcome> {
  const { agents, sessions, clock, log, stopping } = parts
  const leases = createAskingLeases(parts)

  return async ({ effect, id, at, deliver }) => {
    const lease = await leases.take(id, at)
    if (!lease) return 'called off'
    const since = clock.now()
    const callOff = whileAtWork(async (times) => {
      if (times === 1) await sessions.execute(effect.sessionId, { ...effect, type: 'dispatched', via: 'direct', since })
      await lease.renew()
    })
    try {
      for (let losses = 0; ; losses += 1) {
        const delivery = await deliver()
        if (delivery === null) return 'not wanted'
        if (delivery.outcome === 'failed' && stopping.aborted) return 'called off'
        if (delivery.outcome !== 'failed' || !isLost(delivery, losses)) return delivery
        await agents.execute(effect.agentId, { type: 'contacted', reached: delivery.reached })
        if (!(await pause(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(losses, 30))))) return 'called off'
      }
    } finally {
      callOff()
      await lease.end().catch(unimportant)
    }
  }

  /** Runs `work` at intervals for as long as the agent has not answered. */
  function whileAtWork(work: (times: number) => Promise<void>): () => void {
    let over = false
    let callOff: () => void
    const after = (times: number): void => {
      callOff = clock.at(clock.now() + AT_WORK, () => {
        void work(times)
          .catch(unimportant)
          .finally(() => {
            if (!over) after(times + 1)
          })
      })
    }
    after(1)
    return () => {
      over = true
      callOff()
    }
  }

  /** That the agent is at work is said for people, and a lease that ends too early costs a second message. */
  function unimportant(error: unknown): void {
    log.debug({ error: String(error) }, 'It could not be kept that an agent is being waited for')
  }

  /** `false` where Ops-Core stops meanwhile. */
  function pause(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const stop = () => {
        callOff()
        resolve(false)
      }
      const callOff = clock.at(clock.now() + milliseconds, () => {
        stopping.removeEventListener('abort', stop)
        resolve(true)
      })
      if (stopping.aborted) stop()
      else stopping.addEventListener('abort', stop, { once: true })
    })
  }
}

/** Once the agent may have the message, that nobody is there is no answer either: it may be started anew just then. */
function isLost(delivery: Extract<Delivery, { outcome: 'failed' }>, losses: number): boolean {
  return delivery.lost === true || (losses > 0 && delivery.retryable && !delivery.reached)
}
