/** Reads events as commit.lua writes them. */
import type { CommittedEvent } from '../../core/event.ts'
import { eventFrom } from '../event-about.ts'
import { reply } from './reply.ts'

/** The position that an id of the log stands for. */
const positionOf = (id: string): number => Number(id.slice(0, id.indexOf('-')))

const aboutFrom = (text: string): string | null => (text === '' ? null : text)

/** An entry of a partition's log: its id, and its fields. */
export function eventOfEntry(entry: unknown, partition: number): CommittedEvent {
  return weighedEventOfEntry(entry, partition).event
}

/** The same, with how many characters its data has. */
export function weighedEventOfEntry(entry: unknown, partition: number): { event: CommittedEvent; length: number } {
  const [id, cells] = reply.list(entry)
  const fields = reply.fields(cells)
  const field = (name: string) => reply.text(fields.get(name))
  const name = field('i')
  const data = field('d')
  const event = eventFrom(
    { kind: name.startsWith('a:') ? 'agent' : 'session', id: name.slice(2) },
    { type: field('t'), time: Number(field('m')), about: aboutFrom(field('o')), data },
    { partition, position: positionOf(reply.text(id)) },
  )
  return { event, length: data.length }
}

/** An item of a session's list: position, type, time, about and data, on a line each. */
export function eventOfSession(item: unknown, sessionId: string, partition: number): CommittedEvent {
  const [position = '', type = '', time = '', about = '', ...data] = reply.text(item).split('\n')
  return eventFrom(
    { kind: 'session', id: sessionId },
    { type, time: Number(time), about: aboutFrom(about), data: data.join('\n') },
    { partition, position: Number(position) },
  )
}

/** An event of an agent's history: position, type, time, about and data. */
export function eventOfHistory(cells: readonly string[], agentId: string, partition: number): CommittedEvent {
  const [position = '', type = '', time = '', about = '', data = ''] = cells
  return eventFrom(
    { kind: 'agent', id: agentId },
    { type, time: Number(time), about: aboutFrom(about), data },
    { partition, position: Number(position) },
  )
}
