/**
 * Derives again, from the store alone, what is to be done: wake-ups, effects that were left, lines in which somebody
 * stands. At start it makes the queue's content a convenience; at intervals it heals what was lost meanwhile.
 */
import type { PageRequest, Store, StorePage } from '../ports/store.ts'
import type { WakeQueue } from '../ports/wake-queue.ts'
import type { Effects } from './effects.ts'
import type { Router } from './router.ts'

/** Rows read at once. */
const PAGE = 500

async function* all<T>(read: (page: PageRequest) => Promise<StorePage<T>>): AsyncGenerator<T[]> {
  let after: string | undefined
  do {
    const { items, next } = await read(after === undefined ? { limit: PAGE } : { limit: PAGE, after })
    yield items
    after = next ?? undefined
  } while (after !== undefined)
}

export interface Recovery {
  /** Everything, before the engine says that it is ready. */
  wakeUps(): Promise<void>
  /** Effects and lines: what an error or a crash may have left undone. */
  sweep(): Promise<void>
}

export function createRecovery(parts: {
  store: Store
  wakeQueue: WakeQueue
  effects: Effects
  router: Router
}): Recovery {
  const { store, wakeQueue, effects, router } = parts
  return {
    async wakeUps() {
      for await (const wakes of all((page) => store.wakeUps(page))) for (const wake of wakes) wakeQueue.schedule(wake)
    },
    async sweep() {
      for await (const pending of all((page) => store.pendingEffects(page))) effects.carryOut(pending)
      for await (const lines of all((page) => store.openLines(page))) for (const line of lines) router.lineOpen(line)
    },
  }
}
