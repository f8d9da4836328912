import { EVENT_TYPES, type EventType } from '@opscore/contract'
import type { CommittedEvent, EventDraft } from '../../core/event.ts'
import { column } from './column.ts'

const EVENT_TYPE: ReadonlyMap<unknown, EventType> = new Map(EVENT_TYPES.map((type) => [type, type]))

/** Reads a row of `position, time, type, about, data` and the aggregate's `id`. */
export function eventOf(row: Record<string, unknown>, kind: 'agent' | 'session'): CommittedEvent {
  const id = column.text(row.id)
  const about: Partial<EventDraft> =
    row.about === null ? (kind === 'agent' ? { agentId: id } : { sessionId: id }) : JSON.parse(column.text(row.about))
  return {
    type: eventType(row.type),
    time: column.number(row.time),
    ...about,
    data: JSON.parse(column.text(row.data)),
    partition: 0,
    position: column.number(row.position),
  }
}

function eventType(value: unknown): EventType {
  const type = EVENT_TYPE.get(value)
  if (!type) throw new TypeError(`No event has the type ${String(value)}`)
  return type
}
