/** What stores keep of an event beside its type, time and data, and back. */
import { EVENT_TYPES, type EventType } from '@opscore/contract'
import { parseStored } from '@opscore/host/exact-json'
import type { CommittedEvent, EventDraft } from '../core/event.ts'
import type { AggregateRef } from '../ports/store.ts'

const EVENT_TYPE: ReadonlyMap<unknown, EventType> = new Map(EVENT_TYPES.map((type) => [type, type]))

/**
 * As JSON; `null` where that is only the aggregate it belongs to, which the event's place in the store names anyway: so
 * for every report.
 */
export function aboutOf(draft: EventDraft, { kind, id }: AggregateRef): string | null {
  const { agentId, sessionId, taskId, taskDefinitionId, attempt } = draft
  const [own, other] = kind === 'agent' ? [agentId, sessionId] : [sessionId, agentId]
  const alone = other === undefined && taskId === undefined && taskDefinitionId === undefined && attempt === undefined
  if (alone && own === id) return null
  return JSON.stringify({ agentId, sessionId, taskId, taskDefinitionId, attempt })
}

/** The event as it was decided, with its place in the log. */
export function eventFrom(
  { kind, id }: AggregateRef,
  stored: { type: unknown; time: number; about: string | null; data: string },
  place: { partition: number; position: number },
): CommittedEvent {
  const own: Partial<EventDraft> = kind === 'agent' ? { agentId: id } : { sessionId: id }
  const about: Partial<EventDraft> = stored.about === null ? own : JSON.parse(stored.about)
  const data: EventDraft['data'] = parseStored(stored.data)
  return { type: eventType(stored.type), time: stored.time, ...about, data, ...place }
}

function eventType(value: unknown): EventType {
  const type = EVENT_TYPE.get(value)
  if (!type) throw new TypeError(`No event has the type ${String(value)}`)
  return type
}
