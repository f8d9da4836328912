/**
 * Derives again, from the store alone, what is to be done: wake-ups, effects that were left, lines in which somebody
 * stands. At start it makes the queue's content a convenience; at intervals it heals what was lost meanwhile. Over a shared
 * store there is no start of all: the intervals do both.
 */
import type { Clock } from '../ports/clock.ts'
import type { Store } from '../ports/store.ts'
import type { WakeQueue } from '../ports/wake-queue.ts'
import { allPages } from '../query/all-pages.ts'
import type { Effects } from './effects.ts'
import type { LineMarks } from './line-marks.ts'
import type { Router } from './router.ts'

/**
 * Age from which another process' effect is taken for left behind, in milliseconds: longer than a message to an agent takes
 * as a rule, as carrying it out a second time meanwhile would send it twice.
 */
const LEFT_BEHIND = 30_000
/** The same of one that was handed over: whoever was to be woken for it would have seen to it by then. */
const NOT_TAKEN_OVER = 5_000

export interface Recovery {
  /** All that are due soon, before any is handed out. */
  wakeUps(): Promise<void>
  /** What an error or a crash, of whatever process, may have left undone. */
  sweep(): Promise<void>
  /** What an error may have left undone here. */
  heal(): Promise<void>
}

export function createRecovery(parts: {
  store: Store
  wakeQueue: WakeQueue
  clock: Clock
  effects: Effects
  router: Router
  marks: Pick<LineMarks, 'allMarked'>
}): Recovery {
  const { store, wakeQueue, clock, effects, router, marks } = parts

  async function schedule(): Promise<void> {
    const before = clock.now() + wakeQueue.horizon
    for await (const wakes of allPages((page) => store.wakeUps({ ...page, before }))) {
      for (const wake of wakes) wakeQueue.schedule(wake)
    }
  }

  async function leftBehind(): Promise<void> {
    const now = clock.now()
    for await (const pending of allPages((page) => store.pendingEffects({ ...page, before: now - NOT_TAKEN_OVER }))) {
      effects.carryOut(pending.filter(({ at, handedOver }) => handedOver || at <= now - LEFT_BEHIND))
    }
  }

  async function lines(): Promise<void> {
    for await (const open of allPages((page) => store.openLines(page))) for (const line of open) router.lineFound(line)
    marks.allMarked()
  }

  async function everything(): Promise<void> {
    for await (const pending of allPages((page) => store.pendingEffects(page))) effects.carryOut(pending)
    await lines()
  }

  if (!store.shared) return { wakeUps: schedule, sweep: () => schedule().then(everything), heal: everything }
  return {
    async wakeUps() {},
    async sweep() {
      await leftBehind()
      await schedule()
      await lines()
    },
    async heal() {
      await effects.again()
      await lines()
    },
  }
}
