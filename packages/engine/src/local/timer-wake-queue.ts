/**
 * Wake-ups of one process, in memory: the store derives them again at start, so nothing is lost with it.
 *
 * Invariants
 * 1. One timer is armed at most, however many wait, and never later than the first of them is due.
 * 2. At most `concurrency` handlers are under way, and each turn of the event loop starts no more than that: a burst of
 *    due wake-ups leaves the turns between to requests.
 * 3. A round comes again only after it has ended.
 * 4. Only what is due within `HORIZON` is kept: most sessions have moved on long before their time-outs.
 * 5. A handler that fails is tried again after `RETRY_DELAY`, unless its aggregate was scheduled anew meanwhile.
 */
import type { Clock } from '../ports/clock.ts'
import type { WakeUp } from '../ports/store.ts'
import type { Round, WakeQueue } from '../ports/wake-queue.ts'
import { createDueHeap } from './due-heap.ts'

/** Long enough not to hammer a store that refuses, short enough that nobody waits for it. In milliseconds. */
const RETRY_DELAY = 1_000
/** Twice as long as the rounds are apart that bring the rest from the store (engine/upkeep.ts). */
const HORIZON = 10 * 60_000

export interface TimerWakeQueueOptions {
  clock: Clock
  /** As many aggregates as a group commit can take along at once. */
  concurrency?: number
}

export function createTimerWakeQueue({ clock, concurrency = 64 }: TimerWakeQueueOptions): WakeQueue {
  const waiting = createDueHeap<WakeUp>()
  const underWay = new Set<Promise<void>>()
  let handler: ((wake: WakeUp) => Promise<void>) | null = null
  const rounds = new Map<string, () => void>()
  let armed: { at: number; callOff: () => void } | null = null
  let closed = false

  function schedule(wake: WakeUp): void {
    const key = keyOf(wake)
    const known = waiting.get(key)
    if (closed || (known && known.version > wake.version)) return
    if (wake.at > clock.now() + HORIZON) return waiting.delete(key)
    waiting.set(key, wake.at, wake)
    arm()
  }

  /** A timer that turns out too early only looks and arms the next. */
  function arm(): void {
    const next = waiting.nextAt()
    if (closed || !handler || next === null || underWay.size >= concurrency) return
    const at = Math.max(next, clock.now())
    if (armed && armed.at <= at) return
    armed?.callOff()
    armed = { at, callOff: clock.at(at, handOut) }
  }

  function handOut(): void {
    armed = null
    if (!handler) return
    const now = clock.now()
    while (underWay.size < concurrency && (waiting.nextAt() ?? Infinity) <= now) {
      const wake = waiting.take()
      if (wake) carryOut(wake, handler)
    }
    arm()
  }

  function carryOut(wake: WakeUp, handle: (wake: WakeUp) => Promise<void>): void {
    const handled = handle(wake).catch(() => {
      // Whoever handles it knows what went wrong and says so; here it only must not be forgotten.
      if (!waiting.get(keyOf(wake))) schedule({ ...wake, at: clock.now() + RETRY_DELAY })
    })
    void track(handled)
  }

  function track(running: Promise<void>): Promise<void> {
    const work = running.finally(() => {
      underWay.delete(work)
      arm()
    })
    underWay.add(work)
    return work
  }

  function every(round: Round): void {
    if (closed) return
    const callOff = clock.at(clock.now() + round.interval, () => {
      void track(round.run().catch(() => {})).then(() => every(round))
    })
    rounds.set(round.name, callOff)
  }

  return {
    horizon: HORIZON,
    schedule,
    cancel: (wake) => waiting.delete(keyOf(wake)),
    start(handle) {
      handler = handle
      arm()
    },
    every,
    async close() {
      closed = true
      for (const callOff of rounds.values()) callOff()
      armed?.callOff()
      armed = null
      await Promise.all(underWay)
    },
  }
}

const keyOf = ({ kind, id }: Pick<WakeUp, 'kind' | 'id'>): string => `${kind}:${id}`
