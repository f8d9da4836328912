import type { EngineParts } from '../engine-parts.ts'
import type { WakeQueue } from '../ports/wake-queue.ts'
import type { Recovery } from './recover.ts'
import type { Trouble } from './trouble.ts'

/** How often history is trimmed, and what was left undone or comes near is looked for; in milliseconds. */
const INTERVAL = 5 * 60_000
/** How often the latter over a shared store, in milliseconds: there a process that is killed leaves it to the others. */
const SHARED_SWEEP = 15_000
/** How soon after something went wrong, in milliseconds. */
const AFTER_TROUBLE = 2_000

export interface Upkeep {
  start(): void
  stop(): Promise<void>
}

/** Looks for what was left undone, and trims history, for as long as the engine runs. Events do the work; this heals. */
export function createUpkeep({
  store,
  clock,
  log,
  retention,
  wakeQueue,
  recovery,
  trouble,
}: Pick<EngineParts, 'store' | 'clock' | 'log' | 'retention'> & {
  wakeQueue: WakeQueue
  recovery: Recovery
  trouble: Trouble
}): Upkeep {
  let callOff: (() => void) | null = null
  let healing = Promise.resolve()
  let stopped = false

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      log.warn({ error: String(error) }, 'Upkeep failed and is tried again')
      trouble.report()
    }
  }

  async function trim(): Promise<void> {
    const now = clock.now()
    const { agentEvents, sessions } = retention
    await store.trim({ agentEventsBefore: now - agentEvents, sessionsEndedBefore: now - sessions, now })
  }

  trouble.onReport(() => {
    if (stopped || callOff) return
    callOff = clock.at(clock.now() + AFTER_TROUBLE, () => {
      callOff = null
      healing = healing.then(() => attempt(recovery.heal))
    })
  })

  return {
    start() {
      const interval = store.shared ? SHARED_SWEEP : INTERVAL
      wakeQueue.every({ name: 'sweep', interval, run: () => attempt(recovery.sweep) })
      wakeQueue.every({ name: 'trim', interval: INTERVAL, run: () => attempt(trim) })
    },
    async stop() {
      stopped = true
      callOff?.()
      await healing
    },
  }
}
