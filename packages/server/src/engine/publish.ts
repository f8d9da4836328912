/**
 * Committed events on their way out: in order, gap-free, resumable. A reader that keeps up is served from a short tail
 * in memory; one that falls behind reads the store. Nothing is kept for a reader that does not read.
 */
import type { JsonObject, OpsEvent } from '@opscore/contract'
import { DomainError } from '../core/domain-error.ts'
import type { CommittedEvent } from '../core/event.ts'
import type { EventCursor, Store } from '../ports/store.ts'
import type { EventStreams, StreamedEvent } from './engine.ts'

/** Events kept in memory for readers that keep up. */
const TAIL = 4_096
/** Events handed to a reader at once. */
const BATCH = 256

/** A committed event as the wire has it. */
export function toOpsEvent({ partition, position, time, ...event }: CommittedEvent): OpsEvent {
  // An event's data is JSON by the promise of `EventDraft`.
  const data = event.data as JsonObject
  return { id: `${partition}-${position}`, ...event, time: new Date(time).toISOString(), data }
}

export interface Publisher {
  streams: EventStreams
  close(): void
}

export function createPublisher({ store }: { store: Store }): Publisher {
  let tail: CommittedEvent[] = []
  let readers = 0
  let unsubscribe: (() => void) | null = null
  const waiting = new Set<() => void>()

  function take(events: readonly CommittedEvent[]): void {
    tail.push(...events)
    if (tail.length > TAIL * 2) tail = tail.slice(-TAIL)
    for (const wake of waiting) wake()
    waiting.clear()
  }

  function enter(): void {
    readers += 1
    unsubscribe ??= store.onCommitted(take)
  }

  function leave(): void {
    readers -= 1
    if (readers > 0) return
    unsubscribe?.()
    unsubscribe = null
    tail = []
  }

  /** From the tail where it reaches back far enough (one partition), else from the store. */
  async function read(cursor: EventCursor): Promise<readonly CommittedEvent[]> {
    const [only] = cursor
    const first = tail[0]?.position
    const last = tail.at(-1)?.position
    if (
      store.partitions === 1 &&
      only !== undefined &&
      first !== undefined &&
      last !== undefined &&
      only >= first - 1
    ) {
      return only >= last ? [] : tail.slice(only - first + 1, only - first + 1 + BATCH)
    }
    return store.events(cursor, BATCH)
  }

  async function* open(input: Parameters<EventStreams['open']>[0]): ReturnType<EventStreams['open']> & AsyncGenerator {
    const wants = filterOf(input.filter)
    enter()
    try {
      let cursor = input.after === undefined ? await store.head() : decodeCursor(input.after, store.partitions)
      const trimmed = await store.trimmed()
      if (cursor.some((position, partition) => position < (trimmed[partition] ?? 0))) {
        cursor = cursor.map((position, partition) => Math.max(position, trimmed[partition] ?? 0))
        yield 'resync'
      }
      while (!input.signal.aborted) {
        const news = nextCommit(input.signal)
        const events = await read(cursor)
        if (events.length === 0) await news.come
        else news.drop()
        const streamed: StreamedEvent[] = []
        for (const event of events) {
          cursor = cursor.map((position, partition) => (partition === event.partition ? event.position : position))
          if (wants(event)) streamed.push({ cursor: encodeCursor(cursor), event: toOpsEvent(event) })
        }
        if (streamed.length > 0) yield streamed
      }
    } finally {
      leave()
    }
  }

  /** Registered before the store is read, so that a commit between the two is not slept through. */
  function nextCommit(signal: AbortSignal): { come: Promise<void>; drop: () => void } {
    let wake = () => {}
    const come = new Promise<void>((resolve) => {
      wake = resolve
    })
    const drop = () => {
      waiting.delete(wake)
      signal.removeEventListener('abort', wake)
    }
    waiting.add(wake)
    signal.addEventListener('abort', wake, { once: true })
    return { come: come.finally(drop), drop }
  }

  return {
    streams: { open },
    close() {
      for (const wake of waiting) wake()
      waiting.clear()
    },
  }
}

function filterOf(filter: { sessionId?: string[]; agentId?: string[]; type?: string[] }) {
  const { sessionId, agentId, type } = filter
  return (event: CommittedEvent): boolean =>
    (!type?.length || type.includes(event.type)) &&
    (!sessionId?.length || (event.sessionId !== undefined && sessionId.includes(event.sessionId))) &&
    (!agentId?.length || (event.agentId !== undefined && agentId.includes(event.agentId)))
}

function encodeCursor(cursor: EventCursor): string {
  return Buffer.from(cursor.join('.')).toString('base64url')
}

/** @throws DomainError `INVALID_CURSOR` */
function decodeCursor(text: string, partitions: number): number[] {
  const plain = Buffer.from(text, 'base64url').toString()
  const cursor = plain.split('.').map(Number)
  if (!/^\d{1,15}(\.\d{1,15})*$/.test(plain) || cursor.length !== partitions) {
    throw new DomainError('INVALID_CURSOR', 'The cursor is none of this stream; leave it out to begin from now')
  }
  return cursor
}
