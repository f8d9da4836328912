/** The logs of all partitions. */
import type { CommittedEvent, EventCursor } from '@opscore/engine/store'
import type { Link } from '../link/link.ts'
import { reply } from '../link/reply.ts'
import type { Places } from '../rows/places.ts'
import { eventOfEntry } from '../rows/stored-event.ts'

export function createEventReads(link: Link, places: Places) {
  async function behind(
    partition: number,
    position: number,
    { limit, characters }: { limit: number; characters: number | undefined },
  ): Promise<CommittedEvent[]> {
    const args = [String(position), String(limit), characters === undefined ? '' : String(characters)]
    const entries = await link.run('readLog', [places.at(partition).log], args)
    return reply.list(entries).map((entry) => eventOfEntry(entry, partition))
  }

  const counter = (name: 'head' | 'trimmed') => async (): Promise<EventCursor> => {
    const found = await Promise.all(places.all.map(({ meta }) => link.send('HGET', meta, name)))
    return found.map(reply.number)
  }

  return {
    /** Partitions by turns, as their events come in time, so that none keeps the others waiting. */
    async events(after: EventCursor, limit: number, characters?: number): Promise<CommittedEvent[]> {
      const share = characters === undefined ? undefined : Math.ceil(characters / places.partitions)
      const bounds = { limit, characters: share }
      const found = await Promise.all(
        places.all.map((_, partition) => behind(partition, after[partition] ?? 0, bounds)),
      )
      if (found.length === 1) return found[0] ?? []
      return mergedByTime(found, limit)
    },
    head: counter('head'),
    trimmed: counter('trimmed'),
  }
}

/** Within a partition the order stays, whatever the clocks of those who wrote said. */
function mergedByTime(found: CommittedEvent[][], limit: number): CommittedEvent[] {
  const next = found.map(() => 0)
  const merged: CommittedEvent[] = []
  while (merged.length < limit) {
    let first: CommittedEvent | undefined
    for (const [partition, events] of found.entries()) {
      const event = events[next[partition] ?? 0]
      if (event && (!first || event.time < first.time)) first = event
    }
    if (!first) break
    next[first.partition] = (next[first.partition] ?? 0) + 1
    merged.push(first)
  }
  return merged
}
