/**
 * Committed events on their way out: in order, gap-free, resumable. A reader that keeps up is served from a short tail
 * in memory; one that falls behind reads the store. Nothing is kept for a reader that does not read.
 *
 * An event that is not stored is told between those that are, to readers that have caught up, under the cursor where they
 * are: resuming there misses nothing and repeats nothing of the log.
 */
import type { JsonObject, OpsEvent } from '@opscore/contract'
import { DomainError } from '../core/domain-error.ts'
import type { CommittedEvent } from '../core/event.ts'
import type { EventStreams, StreamedEvent } from '../engine.ts'
import type { EventCursor, Store } from '../ports/store.ts'
import { EventTail } from './event-tail.ts'

/** Events handed to a reader at once, and the characters of their data: what a reader that is frozen holds. */
const BATCH = 256
const BATCH_CHARACTERS = 1024 * 1024

/** A committed event as the wire has it. */
export function toOpsEvent({ partition, position, time, ...event }: CommittedEvent): OpsEvent {
  // An event's data is JSON by the promise of `EventDraft`.
  const data = event.data as JsonObject
  return { id: `${partition}-${position}`, ...event, time: new Date(time).toISOString(), data }
}

/** `pass` tells an event that is not stored to whoever reads now. */
export function createEventStreams(store: Store): EventStreams & { pass(event: OpsEvent): void } {
  const tail = new EventTail(store)
  return {
    pass: (event) => tail.pass(event),
    async *open({ after, filter, signal }) {
      const wants = filterOf(filter)
      const passing = tail.enter(wants)
      try {
        let { generation } = store
        const asked = after === undefined ? null : decodeCursor(after)
        let cursor = await place(store, tail, asked)
        yield asked && !isSame(asked, cursor) ? 'resync' : []
        while (!signal.aborted) {
          if (store.generation !== generation) {
            generation = store.generation
            cursor = await place(store, tail, cursor)
            // Even where it has reached as far again, what is there may be other events.
            yield 'resync'
          }
          const news = tail.next(signal)
          const events = await read(store, tail, cursor)
          const passed = events.length === 0 ? passing.take() : []
          if (events.length === 0 && passed.length === 0) await news.come
          else news.drop()
          const streamed: StreamedEvent[] = passed.map((event) => ({ cursor: encodeCursor(cursor), event }))
          for (const event of events) {
            cursor = cursor.with(event.partition, event.position)
            passing.reached(event)
            if (wants(event)) streamed.push({ cursor: encodeCursor(cursor), event: toOpsEvent(event) })
          }
          if (streamed.length > 0) yield streamed
        }
      } finally {
        tail.leave(passing)
      }
    },
  }
}

/** Where in the log to go on: at its end, or where the cursor is, as far as there is a log. */
async function place(store: Store, tail: EventTail, cursor: EventCursor | null): Promise<EventCursor> {
  const head = await store.head()
  tail.startsAt(head)
  // One of other partitions is of a store that was moved into this one.
  if (cursor?.length !== head.length) return head
  const trimmed = await store.trimmed()
  // A cursor beyond the head is of a log that is gone, with what it had seen.
  return cursor.map((position, partition) =>
    Math.min(Math.max(position, trimmed[partition] ?? 0), head[partition] ?? 0),
  )
}

const isSame = (a: EventCursor, b: EventCursor): boolean =>
  a.length === b.length && a.every((position, partition) => position === b[partition])

async function read(store: Store, tail: EventTail, cursor: EventCursor): Promise<readonly CommittedEvent[]> {
  const kept = tail.after(cursor, BATCH, BATCH_CHARACTERS)
  return kept ?? store.events(cursor, BATCH, BATCH_CHARACTERS)
}

function filterOf(filter: { sessionId?: string[]; agentId?: string[]; type?: string[] }) {
  const { sessionId, agentId, type } = filter
  return (event: Pick<OpsEvent, 'type' | 'sessionId' | 'agentId'>): boolean =>
    (!type?.length || type.includes(event.type)) &&
    (!sessionId?.length || (event.sessionId !== undefined && sessionId.includes(event.sessionId))) &&
    (!agentId?.length || (event.agentId !== undefined && agentId.includes(event.agentId)))
}

function encodeCursor(cursor: EventCursor): string {
  return Buffer.from(cursor.join('.')).toString('base64url')
}

/** @throws DomainError `INVALID_CURSOR` */
function decodeCursor(text: string): number[] {
  const plain = Buffer.from(text, 'base64url').toString()
  const cursor = plain.split('.').map(Number)
  // Node decodes what is no base64 as well: only what it encodes to again is one that was given.
  const given = /^\d{1,15}(\.\d{1,15})*$/.test(plain) && encodeCursor(cursor) === text
  if (!given) {
    throw new DomainError('INVALID_CURSOR', 'The cursor is none of this stream; leave it out to begin from now')
  }
  return cursor
}
