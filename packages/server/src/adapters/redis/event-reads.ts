/** The logs of all partitions. */
import type { CommittedEvent } from '../../core/event.ts'
import type { EventCursor } from '../../ports/store.ts'
import type { Link } from './link.ts'
import type { Places } from './places.ts'
import { reply } from './reply.ts'
import { weighedEventOfEntry } from './stored-event.ts'

type Weighed = ReturnType<typeof weighedEventOfEntry>

/** Events asked for first where their weight is bounded: each further time as many as came so far. */
const FIRST = 16

export function createEventReads(link: Link, places: Places) {
  async function page(partition: number, position: number, limit: number): Promise<Weighed[]> {
    const entries = await link.send('XRANGE', places.at(partition).log, `${position + 1}-0`, '+', 'COUNT', limit)
    return reply.list(entries).map((entry) => weighedEventOfEntry(entry, partition))
  }

  async function behind(partition: number, after: number, limit: number, characters: number): Promise<Weighed[]> {
    const found: Weighed[] = []
    let wanted = characters === Infinity ? limit : Math.min(FIRST, limit)
    while (wanted > 0) {
      const more = await page(partition, found.at(-1)?.event.position ?? after, wanted)
      found.push(...more)
      if (more.length < wanted || sum(found) >= characters) break
      wanted = Math.min(found.length, limit - found.length)
    }
    return found
  }

  const counter = (name: 'head' | 'trimmed') => async (): Promise<EventCursor> => {
    const found = await Promise.all(places.all.map(({ meta }) => link.send('HGET', meta, name)))
    return found.map(reply.number)
  }

  return {
    /** Partitions by turns, as their events come in time, so that none keeps the others waiting. */
    async events(after: EventCursor, limit: number, characters = Infinity): Promise<CommittedEvent[]> {
      const found = await Promise.all(
        places.all.map((_, partition) => behind(partition, after[partition] ?? 0, limit, characters)),
      )
      return mergedByTime(found, limit, characters)
    },
    head: counter('head'),
    trimmed: counter('trimmed'),
  }
}

const sum = (found: readonly Weighed[]): number => found.reduce((characters, { length }) => characters + length, 0)

/** Within a partition the order stays, whatever the clocks of those who wrote said. */
function mergedByTime(found: Weighed[][], limit: number, characters: number): CommittedEvent[] {
  const next = found.map(() => 0)
  const merged: CommittedEvent[] = []
  let length = 0
  while (merged.length < limit && length < characters) {
    let first: Weighed | undefined
    for (const [partition, events] of found.entries()) {
      const one = events[next[partition] ?? 0]
      if (one && (!first || one.event.time < first.event.time)) first = one
    }
    if (!first) break
    const { partition } = first.event
    next[partition] = (next[partition] ?? 0) + 1
    length += first.length
    merged.push(first.event)
  }
  return merged
}
