import type { CommittedEvent, EventDraft } from '../../core/event.ts'
import { column } from './column.ts'

type Row = Record<string, unknown>

/**
 * What an event says beside its type, time and data; `null` where that is only the aggregate it belongs to, which the
 * row names anyway: so for every report.
 */
export function aboutOf(draft: EventDraft, kind: 'agent' | 'session', id: string): string | null {
  const { agentId, sessionId, taskId, taskDefinitionId, attempt } = draft
  const [own, other] = kind === 'agent' ? [agentId, sessionId] : [sessionId, agentId]
  const alone = other === undefined && taskId === undefined && taskDefinitionId === undefined && attempt === undefined
  if (alone && own === id) return null
  return JSON.stringify({ agentId, sessionId, taskId, taskDefinitionId, attempt })
}

/** Reads a row of `position, time, type, about, data` and the aggregate's `id`. */
export function eventOf(row: Row, kind: 'agent' | 'session'): CommittedEvent {
  const id = column.text(row.id)
  const about: Partial<EventDraft> =
    row.about === null ? (kind === 'agent' ? { agentId: id } : { sessionId: id }) : JSON.parse(column.text(row.about))
  return {
    type: column.eventType(row.type),
    time: column.number(row.time),
    ...about,
    data: JSON.parse(column.text(row.data)),
    partition: 0,
    position: column.number(row.position),
  }
}
