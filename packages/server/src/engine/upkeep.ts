import type { EngineParts } from './create-engine.ts'

/** How often what was left undone is looked for, in milliseconds. Events do the work; this heals. */
const SWEEP = 30_000

/** Sweeps for what was left undone, and trims history, one after the other for as long as the engine runs. */
export function createUpkeep({
  store,
  clock,
  log,
  retention,
  sweep,
}: Pick<EngineParts, 'store' | 'clock' | 'log' | 'retention'> & { sweep: () => Promise<void> }) {
  let callOff = () => {}
  let round = Promise.resolve()
  let stopped = false

  async function run(): Promise<void> {
    const now = clock.now()
    try {
      await sweep()
      await store.trim({
        agentEventsBefore: now - retention.agentEvents,
        sessionsEndedBefore: now - retention.sessions,
        now,
      })
    } catch (error) {
      log.warn({ error: String(error) }, 'Upkeep failed and is tried again')
    }
    if (!stopped) start()
  }

  function start(): void {
    callOff = clock.at(clock.now() + SWEEP, () => {
      round = run()
    })
  }

  return {
    start,
    async stop() {
      stopped = true
      callOff()
      await round
    },
  }
}
