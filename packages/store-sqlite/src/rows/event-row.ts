import type { CommittedEvent } from '@opscore/engine/store'
import { eventFrom } from '@opscore/engine/store'
import { column } from './column.ts'

/** Reads a row of `position, time, type, about, data` and the aggregate's `id`. */
export function eventOf(row: Record<string, unknown>, kind: 'agent' | 'session'): CommittedEvent {
  return eventFrom(
    { kind, id: column.text(row.id) },
    {
      type: row.type,
      time: column.number(row.time),
      about: column.textOrNull(row.about),
      data: column.text(row.data),
    },
    { partition: 0, position: column.number(row.position) },
  )
}
