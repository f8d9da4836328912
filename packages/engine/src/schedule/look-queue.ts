/**
 * Whom to look at next, and when: one timer, however many wait.
 *
 * 1. One thing is looked at once at a time; who asks meanwhile has it looked at again.
 * 2. A look that fails is made again after `RETRY_DELAY`.
 */
import { createDueHeap } from '../local/due-heap.ts'
import type { Clock } from '../ports/clock.ts'

/** In milliseconds. */
const RETRY_DELAY = 1_000
/** At midnight many are due at once. */
const AT_ONCE = 16

export interface LookQueue {
  /** Replaces what was asked for before; `null`: not at all. */
  lookAt(id: string, at: number | null): void
  readonly waiting: number
  close(): Promise<void>
}

/** `look` says when to look again, if ever. */
export function createLookQueue(clock: Clock, look: (id: string) => Promise<number | null>): LookQueue {
  const due = createDueHeap<string>()
  const underWay = new Map<string, Promise<void>>()
  let armed: { at: number; callOff: () => void } | null = null
  let closed = false

  function arm(): void {
    const next = due.nextAt()
    if (closed || next === null || underWay.size >= AT_ONCE || (armed && armed.at <= next)) return
    armed?.callOff()
    armed = { at: next, callOff: clock.at(next, handOut) }
  }

  function handOut(): void {
    armed = null
    const later: string[] = []
    while (!closed && underWay.size < AT_ONCE && (due.nextAt() ?? Infinity) <= clock.now()) {
      const id = due.take()
      if (id === undefined) break
      if (underWay.has(id)) later.push(id)
      else underWay.set(id, run(id))
    }
    for (const id of later) again.add(id)
    arm()
  }

  const again = new Set<string>()

  async function run(id: string): Promise<void> {
    const next = await look(id).catch(() => clock.now() + RETRY_DELAY)
    underWay.delete(id)
    const asked = again.delete(id) ? clock.now() : null
    const known = due.get(id) !== undefined
    if (asked !== null) due.set(id, asked, id)
    else if (next !== null && !known) due.set(id, next, id)
    arm()
  }

  return {
    lookAt(id, at) {
      if (closed) return
      if (at === null) due.delete(id)
      else due.set(id, at, id)
      arm()
    },
    get waiting() {
      return due.size
    },
    async close() {
      closed = true
      armed?.callOff()
      await Promise.all(underWay.values())
    },
  }
}
