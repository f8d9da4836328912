/**
 * Committed events of all processes, announced in order and gap-free for each partition while somebody listens.
 *
 * What this process commits is announced as soon as it is answered, where nothing of others comes before it; all the rest
 * is read from the logs, on connections that do nothing else than wait for it.
 *
 * Invariants
 * 1. `cursors[partition]` is the position that was announced last; nothing at or below it is announced again.
 * 2. Nothing is announced that was read while the link was closed: it may be of another store.
 */
import { startTimer, wait } from '@opscore/contract/time'
import type { CommittedEvent, EventDraft, Log } from '@opscore/engine/store'
import { type CommitListeners, committed } from '@opscore/engine/store'
import { type Client, createClient } from '../link/client.ts'
import type { Link } from '../link/link.ts'
import type { RedisAddress } from '../link/redis-address.ts'
import { reply } from '../link/reply.ts'
import type { Places } from '../rows/places.ts'
import { eventOfEntry } from '../rows/stored-event.ts'

export interface EventTailOptions {
  address: RedisAddress
  link: Link
  places: Places
  listeners: CommitListeners
  log: Log
  patience: number
}

export interface EventTail {
  /** Begins to follow where it does not yet. */
  follow(): void
  /** This process has committed these behind the position `first`. */
  own(partition: number, first: number, drafts: readonly EventDraft[]): void
  /** Ends where nobody listens any more, or for good. */
  rest(): void
}

/** How long Redis is asked to wait for news, and how long until a connection that failed is tried again; milliseconds. */
const BLOCK = 2_000
const TRY_AGAIN = 100
/** Entries of each partition that are read at once: XREAD knows no weight, and one may hold a report of 320 KiB. */
const COUNT = 64

export function createEventTail(options: EventTailOptions): EventTail {
  const { address, link, places, listeners, log, patience } = options
  const all = places.all.map((_, partition) => partition)
  const cursors: (number | null)[] = all.map(() => null)
  let run: AbortController | null = null

  async function readHead(partition: number): Promise<number> {
    return reply.number(await link.send('HGET', places.at(partition).meta, 'head'))
  }

  /** Where the log ends before what was announced, Redis has lost what it acknowledged, and goes on from there. */
  async function settle(partition: number, signal: AbortSignal): Promise<void> {
    const head = await readHead(partition)
    const known = cursors[partition] ?? null
    if (signal.aborted || (known !== null && known <= head)) return
    if (known !== null) {
      log.error({ partition, announced: known, head }, 'Redis has lost events that were announced already')
    }
    cursors[partition] = head
  }

  function take(events: readonly CommittedEvent[]): void {
    const news = events.filter(({ partition, position }) => position > (cursors[partition] ?? Infinity))
    for (const { partition, position } of news) cursors[partition] = position
    listeners.announce(news)
  }

  async function read(client: Client, partitions: readonly number[]): Promise<CommittedEvent[]> {
    const keys = partitions.map((partition) => places.at(partition).log)
    const ids = partitions.map((partition) => `${cursors[partition] ?? 0}-0`)
    const callOff = startTimer(BLOCK + patience, () => client.disconnect(true))
    try {
      const found = await client.call('XREAD', 'COUNT', COUNT, 'BLOCK', BLOCK, 'STREAMS', ...keys, ...ids)
      return reply.list(found ?? []).flatMap((stream) => {
        const [key, entries] = reply.list(stream)
        const partition = partitions[keys.indexOf(reply.text(key))] ?? 0
        return reply.list(entries).map((entry) => eventOfEntry(entry, partition))
      })
    } finally {
      callOff()
    }
  }

  async function tail(partitions: readonly number[], signal: AbortSignal): Promise<void> {
    const client = createClient(address)
    signal.addEventListener('abort', () => client.disconnect(), { once: true })
    await client.connect().catch(() => {})
    let settled = -1
    while (!signal.aborted) {
      try {
        const { generation } = link
        if (settled !== generation) {
          await Promise.all(partitions.map((partition) => settle(partition, signal)))
          settled = generation
        }
        const events = await read(client, partitions)
        if (!signal.aborted && link.isOpen && link.generation === generation) take(events)
      } catch (error) {
        if (signal.aborted) return
        log.debug({ error: String(error) }, 'Following the events failed and is tried again')
        await wait(TRY_AGAIN, { signal }).catch(() => {})
      }
    }
  }

  return {
    follow() {
      if (run) return
      run = new AbortController()
      const { signal } = run
      cursors.fill(null)
      // Asked for before any commit that follows, and so answered before it: what is committed from here on is announced.
      for (const partition of all) void settle(partition, signal).catch(() => {})
      // A Cluster gives out only what lies on one node at once: each partition has its own connection there.
      const groups = address.kind === 'cluster' ? all.map((partition) => [partition]) : [all]
      for (const group of groups) void tail(group, signal)
    },
    own(partition, first, drafts) {
      const known = cursors[partition] ?? null
      const last = first + drafts.length
      if (known === null || known < first || known >= last) return
      cursors[partition] = last
      const news = drafts.slice(known - first)
      listeners.announce(news.map((draft, index) => committed(draft, known + 1 + index, partition)))
    },
    rest() {
      run?.abort()
      run = null
    },
  }
}
