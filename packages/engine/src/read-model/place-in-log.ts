import type { EventCursor, Store } from '../ports/store.ts'

/** Events from which the last hour is made up again, at most, of all partitions together. */
const REPLAYED = 50_000
/** So few are not worth looking for where they begin. */
const FEW = 64

/**
 * Where in the log the events since a time begin, as far as they are few enough to be read; `knownFrom` is the time from
 * which on all of them lie behind it. By halving: positions rise with time.
 */
export async function placeSince(
  store: Store,
  head: EventCursor,
  since: number,
): Promise<{ cursor: EventCursor; knownFrom: number }> {
  const trimmed = await store.trimmed()
  const share = Math.max(FEW, Math.ceil(REPLAYED / head.length))

  async function timeBehind(partition: number, position: number): Promise<number> {
    const [event] = await store.events(head.with(partition, position), 1)
    return event?.time ?? Infinity
  }

  const places = head.map(async (last, partition) => {
    const oldest = Math.min(last, Math.max(trimmed[partition] ?? 0, last - share))
    let [low, high] = [oldest, last]
    while (high - low > FEW) {
      const middle = Math.floor((low + high) / 2)
      if ((await timeBehind(partition, middle)) < since) low = middle
      else high = middle
    }
    const isWhole = low > oldest || oldest === 0 || (await timeBehind(partition, low)) < since
    return { position: low, knownFrom: isWhole ? since : await timeBehind(partition, low) }
  })
  const found = await Promise.all(places)
  const times = found.map(({ knownFrom }) => knownFrom).filter((time) => time !== Infinity)
  return { cursor: found.map(({ position }) => position), knownFrom: Math.max(since, ...times) }
}
