/** What stores keep of an event beside its type, time and data, and back. */
import { EVENT_TYPES, type EventType } from '@opscore/contract'
import { parseStored } from '@opscore/contract/exact-json'
import type { CommittedEvent, EventDraft } from '../core/event.ts'
import type { AggregateRef } from '../ports/store.ts'

const EVENT_TYPE: ReadonlyMap<unknown, EventType> = new Map(EVENT_TYPES.map((type) => [type, type]))

type About = Partial<Pick<EventDraft, 'agentId' | 'sessionId' | 'taskId' | 'taskDefinitionId' | 'attempt'>>

/** `null` where that is only the aggregate it belongs to, which the event's place in the store names anyway: so for every report. */
export function aboutOf(draft: EventDraft, { kind, id }: AggregateRef): About | null {
  const { agentId, sessionId, taskId, taskDefinitionId, attempt } = draft
  const [own, other] = kind === 'agent' ? [agentId, sessionId] : [sessionId, agentId]
  const alone = other === undefined && taskId === undefined && taskDefinitionId === undefined && attempt === undefined
  if (alone && own === id) return null
  return { agentId, sessionId, taskId, taskDefinitionId, attempt }
}

/** `aboutOf` as JSON. */
export function aboutTextOf(draft: EventDraft, aggregate: AggregateRef): string | null {
  const about = aboutOf(draft, aggregate)
  return about && JSON.stringify(about)
}

/** The event as it was decided, with its place in the log. */
export function eventFrom(
  aggregate: AggregateRef,
  stored: { type: unknown; time: number; about: string | null; data: string },
  place: { partition: number; position: number },
): CommittedEvent {
  const about: About | null = stored.about === null ? null : JSON.parse(stored.about)
  return eventOfParts(aggregate, { ...stored, about, data: parseStored(stored.data) }, place)
}

export function eventOfParts(
  { kind, id }: AggregateRef,
  { type, time, about, data }: { type: unknown; time: number; about: About | null; data: EventDraft['data'] },
  place: { partition: number; position: number },
): CommittedEvent {
  const own: About = kind === 'agent' ? { agentId: id } : { sessionId: id }
  return { type: eventType(type), time, ...(about ?? own), data, ...place }
}

function eventType(value: unknown): EventType {
  const type = EVENT_TYPE.get(value)
  if (!type) throw new TypeError(`No event has the type ${String(value)}`)
  return type
}
