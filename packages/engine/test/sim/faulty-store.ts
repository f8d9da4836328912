import type { Store } from '../../src/ports/store.ts'
import { StoreUnavailableError } from '../../src/ports/store.ts'
import { type Life, never, running } from './life.ts'
import type { Dice, VirtualClock } from './virtual-world.ts'

export interface StoreFaults {
  /** Off in the healed phase. */
  on: boolean
}

/**
 * The store as one life of the engine sees it: slow, unavailable at times, a commit refused because another node was
 * faster. Once the life is over nothing is applied and nothing answers any more; a commit that was applied before its
 * answer came is the crash between the two. A process that stands still sends nothing and hears no answer; what it had
 * sent is applied.
 */
export function createFaultyStore(parts: {
  store: Store
  clock: VirtualClock
  dice: Dice
  faults: StoreFaults
  life: Life
}): Store {
  const { store, clock, dice, faults, life } = parts

  async function take<T>(run: () => Promise<T>, instead?: () => T | undefined): Promise<T> {
    if (life.stopped) await running(life)
    if (faults.on && dice.chance(0.2)) await clock.sleep(dice.between(0, 40))
    if (life.over) return never()
    if (faults.on && dice.chance(0.02)) throw new StoreUnavailableError('The simulation refuses')
    const result = (faults.on ? instead?.() : undefined) ?? (await run())
    if (faults.on && dice.chance(0.2)) await clock.sleep(dice.between(0, 40))
    if (life.stopped) await running(life)
    return life.over ? never() : result
  }

  return {
    ...store,
    commit: (commit, along) =>
      take(
        () => store.commit(commit, along),
        () => (dice.chance(0.03) ? { ok: false, reason: 'conflict' } : undefined),
      ),
    settle: (ids) => take(() => store.settle(ids)),
    loadAgent: (id) => take(() => store.loadAgent(id)),
    loadSession: (id) => take(() => store.loadSession(id)),
    findOnce: (key, home, now) => take(() => store.findOnce(key, home, now)),
    candidates: (capability, limit) => take(() => store.candidates(capability, limit)),
    waiters: (lines, limit) => take(() => store.waiters(lines, limit)),
    openLines: (page) => take(() => store.openLines(page)),
    lineLengths: (page) => take(() => store.lineLengths(page)),
    pendingEffects: (page) => take(() => store.pendingEffects(page)),
    effectsOf: (aggregate) => take(() => store.effectsOf(aggregate)),
    wakeUps: (page) => take(() => store.wakeUps(page)),
    getDefinition: (hash) => take(() => store.getDefinition(hash)),
    getWorkflow: (id) => take(() => store.getWorkflow(id)),
    putWorkflow: (input) => take(() => store.putWorkflow(input)),
  }
}
