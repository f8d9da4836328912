/** Reads events as commit.lua writes them: type, time, about and data, on a line each. */
import type { AggregateRef, CommittedEvent } from '@opscore/engine/store'
import { eventFrom } from '@opscore/engine/store'
import { reply } from '../link/reply.ts'

/** An entry of a partition's log: its id, and its fields. */
export function eventOfEntry(entry: unknown, partition: number): CommittedEvent {
  const [id, cells] = reply.list(entry)
  const fields = reply.fields(cells)
  const name = reply.text(fields.get('i'))
  const kind = name.startsWith('a:') ? 'agent' : 'session'
  const place = reply.text(id)
  const position = Number(place.slice(0, place.indexOf('-')))
  return eventOf(reply.text(fields.get('e')), { kind, id: name.slice(2) }, { partition, position })
}

/** An item of a session's list: the position, then the event. */
export function eventOfSession(item: unknown, id: string, partition: number): CommittedEvent {
  const text = reply.text(item)
  const end = text.indexOf('\n')
  const position = Number(text.slice(0, end))
  return eventOf(text.slice(end + 1), { kind: 'session', id }, { partition, position })
}

export function eventOf(
  text: string,
  aggregate: AggregateRef,
  place: { partition: number; position: number },
): CommittedEvent {
  const [type, time = '', about = '', ...data] = text.split('\n')
  const stored = { type, time: Number(time), about: about === '' ? null : about, data: data.join('\n') }
  return eventFrom(aggregate, stored, place)
}
