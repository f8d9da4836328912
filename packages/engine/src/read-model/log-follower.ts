/**
 * Hands on every event of the log, once and in order for each partition, from wherever it begins.
 *
 * Invariants
 * 1. `cursor` is the last event of each partition that was handed on; the next one is that behind it.
 * 2. An event that is announced out of turn is not handed on: what is missing is read from the store, up to what was announced.
 */
import type { CommittedEvent } from '../core/event.ts'
import type { Clock } from '../ports/clock.ts'
import type { EventCursor, Store } from '../ports/store.ts'
import { nextTurn } from './next-turn.ts'

/** Events read at once, and the characters of their data. */
const BATCH = 500
const BATCH_CHARACTERS = 1024 * 1024

export interface LogFollower {
  /** Hands on what lies behind the cursor, and from then on what comes. Resolves once it has caught up. */
  begin(from: EventCursor): Promise<void>
  end(): void
}

/** Hears of commits from here on; hands nothing on before `begin`. `lost`: there are events that nobody can have any more. */
export function followLog(parts: {
  store: Store
  clock: Clock
  apply: (event: CommittedEvent) => void
  lost: (reason: string) => void
}): LogFollower {
  const { store, clock, apply, lost } = parts
  const { generation } = store
  let cursor: number[] = []
  const announced: number[] = []
  let reading = true
  let over = false

  function hear(events: readonly CommittedEvent[]): void {
    for (const event of events) {
      const { partition, position } = event
      announced[partition] = Math.max(announced[partition] ?? 0, position)
      if (reading || position <= (cursor[partition] ?? 0)) continue
      if (position === (cursor[partition] ?? 0) + 1) take(event)
      else void catchUp().catch((error) => end(String(error)))
    }
  }

  function take(event: CommittedEvent): void {
    cursor[event.partition] = event.position
    apply(event)
  }

  /** Stops for want of what cannot be had. */
  function end(reason: string): void {
    if (over) return
    stop()
    lost(reason)
  }

  function stop(): void {
    over = true
    unsubscribe()
  }

  const isBehind = () => announced.some((position, partition) => position > (cursor[partition] ?? 0))

  async function catchUp(): Promise<void> {
    reading = true
    const trimmed = await store.trimmed()
    if (trimmed.some((position, partition) => position > (cursor[partition] ?? 0))) return end('The log was trimmed')
    while (!over) {
      const events = await store.events(cursor, BATCH, BATCH_CHARACTERS)
      if (over || store.generation !== generation) return end('The store was away')
      for (const event of events) if (event.position > (cursor[event.partition] ?? 0)) take(event)
      if (events.length === 0) {
        // Said in the turn in which it is found, so that nothing is announced between the two.
        if (isBehind()) end('The log lacks events that were announced')
        reading = false
        return
      }
      await nextTurn(clock)
    }
  }

  const unsubscribe = store.onCommitted(hear)
  return {
    async begin(from) {
      cursor = [...from]
      await catchUp()
    },
    end: stop,
  }
}
