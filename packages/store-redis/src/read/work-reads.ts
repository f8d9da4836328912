/** What is still to be done: lines, effects, wake-ups, and requests that count once. */
import { parseStored } from '@opscore/contract/exact-json'
import type {
  AggregateRef,
  LineLength,
  OnceRecord,
  PageRequest,
  PendingEffect,
  StorePage,
  WakeUp,
} from '@opscore/engine/store'
import { compareWaiters, light, type Waiter, type Weighed } from '@opscore/engine/store'
import type { PartitionKeys } from '../link/keys.ts'
import type { Link } from '../link/link.ts'
import { reply } from '../link/reply.ts'
import { ownerOf } from '../rows/partition.ts'
import type { Places } from '../rows/places.ts'
import { toSortable } from '../rows/sortable-number.ts'
import { type Bounds, endOf, memberPage, type Row } from './member-page.ts'
import { EFFECT_PLACE, readWaiter, readWake } from './members.ts'

export type BoundedPage = PageRequest & { before?: number }

export function createWorkReads(link: Link, places: Places) {
  const upTo = (before: number | undefined): Bounds => (before === undefined ? {} : { to: endOf(toSortable(before)) })

  /** An agent that looks finds nobody as a rule, and one question for all of its lines costs a fourth of one for each. */
  async function waitersIn(keys: PartitionKeys, lines: string[], limit: number): Promise<Waiter[]> {
    if (lines.length > 1 && reply.number(await link.send('EXISTS', ...lines.map(keys.line))) === 0) return []
    const found = lines.map(async (line) => {
      const members = reply.texts(await link.send('ZRANGE', keys.line(line), 0, limit - 1))
      return members.map((member) => readWaiter(member, line))
    })
    return (await Promise.all(found)).flat()
  }

  async function lengthOf(line: string): Promise<Weighed<LineLength> | null> {
    const sources = places.sources((keys) => keys.line(line))
    const counts = await Promise.all(sources.map(({ key }) => link.send('ZCARD', key)))
    const waiting = counts.reduce<number>((sum, each) => sum + reply.number(each), 0)
    return waiting === 0 ? null : light({ line, waiting })
  }

  async function loadEffect({ member, partition }: Row): Promise<Weighed<PendingEffect> | null> {
    const id = member.slice(EFFECT_PLACE)
    const [text] = reply.list(await link.send('HMGET', places.at(partition).effectsOf(ownerOf(id)), id))
    if (typeof text !== 'string') return null
    return { item: parseStored(text.slice(EFFECT_PLACE)), characters: text.length }
  }

  async function loadWake({ member, partition }: Row): Promise<Weighed<WakeUp> | null> {
    const { kind, id, at } = readWake(member)
    const [version] = reply.list(await link.send('HMGET', places.at(partition)[kind](id), 'v'))
    return version === null ? null : light({ kind, id, version: reply.number(version), at })
  }

  return {
    async waiters(lines: string[], limit: number): Promise<Waiter[]> {
      const asked = [...new Set(lines)]
      const found = await Promise.all(places.all.map((keys) => waitersIn(keys, asked, limit)))
      return found.flat().sort(compareWaiters).slice(0, limit)
    },
    openLines: (page: PageRequest): Promise<StorePage<string>> =>
      memberPage(
        link,
        places.sources((keys) => keys.lines),
        page,
        { load: async ({ member }) => light(member), atOnce: Infinity },
      ),
    lineLengths: (page: PageRequest): Promise<StorePage<LineLength>> =>
      memberPage(
        link,
        places.sources((keys) => keys.lines),
        page,
        { load: async ({ member }) => lengthOf(member) },
      ),
    pendingEffects: ({ before, ...page }: BoundedPage): Promise<StorePage<PendingEffect>> =>
      memberPage(
        link,
        places.sources((keys) => keys.effects),
        page,
        { load: loadEffect },
        upTo(before),
      ),
    async effectsOf(aggregate: AggregateRef): Promise<PendingEffect[]> {
      const { keys } = places.of(aggregate)
      const found = await link.send('HVALS', keys.effectsOf(`${aggregate.kind}:${aggregate.id}`))
      const inOrder = reply.texts(found).sort()
      return inOrder.map((text): PendingEffect => parseStored(text.slice(EFFECT_PLACE)))
    },
    wakeUps: ({ before, ...page }: BoundedPage): Promise<StorePage<WakeUp>> =>
      memberPage(
        link,
        places.sources((keys) => keys.wakeUps),
        page,
        { load: loadWake, atOnce: Infinity },
        upTo(before),
      ),
    async findOnce(key: string, home: AggregateRef, now: number): Promise<OnceRecord | null> {
      const [found] = reply.list(await link.send('HMGET', places.of(home).keys.once, key))
      if (typeof found !== 'string') return null
      const record: OnceRecord = JSON.parse(found.slice(found.indexOf(':') + 1))
      return record.expiresAt > now ? record : null
    },
  }
}
