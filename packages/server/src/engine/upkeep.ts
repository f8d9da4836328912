import type { EngineParts } from './create-engine.ts'

/** How often what was left undone is looked for, in milliseconds. Events do the work; this heals what they missed. */
const INTERVAL = 5 * 60_000
/** How soon after something went wrong, in milliseconds. */
const AFTER_TROUBLE = 2_000

export interface Upkeep {
  start(): void
  /** Something was left undone: looks for it soon. */
  trouble(): void
  stop(): Promise<void>
}

/** Sweeps for what was left undone, and trims history, one after the other for as long as the engine runs. */
export function createUpkeep({
  store,
  clock,
  log,
  retention,
  sweep,
}: Pick<EngineParts, 'store' | 'clock' | 'log' | 'retention'> & { sweep: () => Promise<void> }): Upkeep {
  let callOff = () => {}
  let dueAt = Number.POSITIVE_INFINITY
  let round = Promise.resolve()
  let stopped = false

  async function run(): Promise<void> {
    dueAt = Number.POSITIVE_INFINITY
    const now = clock.now()
    let next = INTERVAL
    try {
      await sweep()
      const { agentEvents, sessions } = retention
      await store.trim({ agentEventsBefore: now - agentEvents, sessionsEndedBefore: now - sessions, now })
    } catch (error) {
      next = AFTER_TROUBLE
      log.warn({ error: String(error) }, 'Upkeep failed and is tried again')
    }
    runIn(next)
  }

  function runIn(delay: number): void {
    const at = clock.now() + delay
    if (stopped || at >= dueAt) return
    callOff()
    dueAt = at
    callOff = clock.at(at, () => {
      round = round.then(run)
    })
  }

  return {
    start: () => runIn(INTERVAL),
    trouble: () => runIn(AFTER_TROUBLE),
    async stop() {
      stopped = true
      callOff()
      await round
    },
  }
}
