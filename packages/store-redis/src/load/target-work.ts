/** What is still to be done: lines, effects, wake-ups, and requests that count once. */

import type { Homes } from '@opscore/engine/moving'
import { reply } from '../link/reply.ts'
import { EFFECT_PLACE, readWaiter, readWake } from '../read/members.ts'
import { ownerOf } from '../rows/partition.ts'
import { fromSortable } from '../rows/sortable-number.ts'
import type { Place, Reading } from './reading.ts'
import { listed } from './target-agents.ts'

export async function readWork(
  reading: Reading,
  place: Place,
  { homes, now }: { homes: Homes; now: number },
): Promise<void> {
  await readLines(reading, place)
  await readEffects(reading, place)
  await reading.pages.members(
    'wake-ups',
    place.keys.wakeUps,
    async (member) => readWake(member),
    (wake) => reading.items.wakeUp(wake.kind, wake.id, wake.at),
  )
  await readOnce(reading, place, { homes, now })
}

async function readLines({ link, pages, items }: Reading, { keys }: Place): Promise<void> {
  const lines: string[] = []
  await pages.members(
    'waiters',
    keys.lines,
    async (line) => line,
    (line) => void lines.push(line),
  )
  for (const line of lines) {
    const load = async (member: string) => {
      const waiter = readWaiter(member, line)
      const found = await link.send('HGET', keys.waiters, waiter.attemptId)
      const isListed = found === `${Buffer.byteLength(line)}:${line}${member}`
      return { ...waiter, attemptId: listed(waiter.attemptId, isListed) }
    }
    await pages.members('waiters', keys.line(line), load, items.waiter)
  }
}

async function readEffects({ link, pages, items }: Reading, { keys }: Place): Promise<void> {
  const load = async (member: string) => {
    const id = member.slice(EFFECT_PLACE)
    const found = reply.textOrNull(await link.send('HGET', keys.effectsOf(ownerOf(id)), id)) ?? ''
    const isListed = found.startsWith(member.slice(0, EFFECT_PLACE))
    return { id: listed(id, isListed), at: fromSortable(member), text: found.slice(EFFECT_PLACE) }
  }
  await pages.members('effects', keys.effects, load, ({ id, at, text }) => items.effect(id, at, text))
}

/** A record that lies in several partitions is counted in the first of them. */
async function readOnce(
  { link, pages, items }: Reading,
  { home, keys }: Place,
  { homes, now }: { homes: Homes; now: number },
): Promise<void> {
  const load = async (key: string) => {
    const found = reply.textOrNull(await link.send('HGET', keys.once, key)) ?? ''
    const expiry = reply.textOrNull(await link.send('ZSCORE', keys.onceExpiry, key))
    const colon = found.indexOf(':')
    const record: unknown = JSON.parse(found.slice(colon + 1) || 'null')
    return { key, record, isListed: expiry !== null && Number(expiry) === Number(found.slice(0, colon)) }
  }
  await pages.members('once-records', keys.onceExpiry, load, ({ key, record, isListed }) => {
    const { fingerprint, answer, expiresAt } = onceFrom(record)
    if (expiresAt <= now) return
    const isFirst = homes.ofOnce(answer)[0] === home
    items.once({ key: listed(key, isListed), fingerprint, answer, expiresAt }, { times: 1, count: isFirst ? 1 : 0 })
  })
}

function onceFrom(record: unknown): { fingerprint: string; answer: string; expiresAt: number } {
  const found: { fingerprint?: unknown; answer?: unknown; expiresAt?: unknown } = Object(record)
  return {
    fingerprint: String(found.fingerprint),
    answer: JSON.stringify(found.answer ?? null),
    expiresAt: Number(found.expiresAt),
  }
}
