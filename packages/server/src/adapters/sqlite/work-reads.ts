/** What is still to be done: the log as a stream, lines, effects, wake-ups, and the counters. */

import { parseStored } from '@opscore/host/exact-json'
import { isEffectOf, type PendingEffect } from '../../core/effect.ts'
import type { CommittedEvent } from '../../core/event.ts'
import { compareWaiters, type Waiter } from '../../core/waiting-line/waiter.ts'
import type { AggregateRef, OnceRecord, PageRequest, StorePage, WakeUp } from '../../ports/store.ts'
import { light, pageOf } from '../page.ts'
import { compareTexts } from '../text-order.ts'
import { column } from './column.ts'
import { eventOf } from './event-row.ts'
import { onceOf } from './once-row.ts'
import type { Reader } from './reader.ts'
import { WAITERS, waiterOf } from './waiter-row.ts'

type Bounded = PageRequest & { before?: number }

export function createWorkReads(reader: Reader) {
  const stream = reader.prepare(
    `SELECT position, 'agent' AS kind, agent_id AS id, time, type, about, data FROM agent_event WHERE position > ?1
     UNION ALL
     SELECT e.position, 'session', s.session_id, e.time, e.type, e.about, e.data
     FROM session_event e CROSS JOIN session s ON s.session_no = e.session_no WHERE e.position > ?1
     ORDER BY position LIMIT +?2`,
  )
  const ledger = reader.prepare('SELECT trimmed, agents, open_sessions FROM ledger WHERE partition = 0')
  const inLine = reader.prepare(
    `SELECT * FROM (${WAITERS}) WHERE line = ?1 ORDER BY priority DESC, since, attempt_id LIMIT +?2`,
  )
  const freshLines = reader.prepare(
    `SELECT line FROM fresh_line l
     WHERE line > ? AND EXISTS (SELECT 1 FROM waiter_fresh f WHERE f.line_no = l.line_no) ORDER BY line LIMIT +?`,
  )
  const nextLine = reader.prepare('SELECT min(line) AS line FROM waiter WHERE line > ?')
  const effects = reader.prepare(
    `SELECT effect_no, effect FROM effect WHERE effect_no > ? AND coalesce(effect ->> '$.at', 0) <= ?
     ORDER BY effect_no LIMIT +?`,
  )
  const effectsFrom = reader.prepare('SELECT id, effect FROM effect WHERE id >= ? AND id < ? ORDER BY effect_no')
  const once = reader.prepare('SELECT key, fingerprint, answer, expires_at FROM once WHERE key = ? AND expires_at > ?')
  const agentsToWake = reader.prepare(
    'SELECT agent_id AS id, version, wake_at FROM agent WHERE wake_at IS NOT NULL AND wake_at <= ? AND agent_id > ? ORDER BY agent_id LIMIT +?',
  )
  const sessionsToWake = reader.prepare(
    'SELECT session_no, session_id AS id, version, wake_at FROM session WHERE wake_at IS NOT NULL AND wake_at <= ? AND session_no > ? ORDER BY session_no LIMIT +?',
  )

  function counters(): { trimmed: number; agents: number; openSessions: number } {
    const row = ledger.get() ?? {}
    return {
      trimmed: column.number(row.trimmed),
      agents: column.number(row.agents),
      openSessions: column.number(row.open_sessions),
    }
  }

  function events(after: number, limit: number, characters = Infinity): CommittedEvent[] {
    const found: CommittedEvent[] = []
    let length = 0
    for (const row of stream.each(after, limit)) {
      found.push(eventOf(row, row.kind === 'agent' ? 'agent' : 'session'))
      length += column.text(row.data).length
      if (length >= characters) break
    }
    return found
  }

  function wakeUps({ limit, after = 'agent:', before = Infinity }: Bounded): StorePage<WakeUp> {
    const last = after.slice(after.indexOf(':') + 1)
    const inAgents = after.startsWith('agent:')
    const agents = inAgents ? agentsToWake.all(before, last, limit + 1) : []
    const sessions = sessionsToWake.all(before, inAgents ? 0 : Number(last), limit + 1 - agents.length)
    return pageOf([...agents, ...sessions], limit, {
      keyOf: (row) =>
        row.session_no === undefined ? `agent:${column.text(row.id)}` : `session:${column.number(row.session_no)}`,
      read: (row) => light(wakeUpOf(row)),
    })
  }

  /** Hops from line to line over the index, however many stand in each. The fresh first: a waiter goes from there to here. */
  function openLines({ limit, after = '' }: PageRequest): StorePage<string> {
    const fresh = freshLines.all(after, limit + 1).map((row) => column.text(row.line))
    const filed: string[] = []
    for (let line = after; filed.length <= limit; filed.push(line)) {
      const next = nextLine.get(line)?.line
      if (typeof next !== 'string') break
      line = next
    }
    const lines = [...new Set([...fresh, ...filed])].sort(compareTexts)
    return pageOf(lines, limit, { keyOf: String, read: light })
  }

  return {
    counters,
    wakeUps,
    openLines,
    events,
    waiters: (lines: string[], limit: number): Waiter[] =>
      [...new Set(lines)]
        .flatMap((line) => inLine.all(line, limit).map(waiterOf))
        .sort(compareWaiters)
        .slice(0, limit),
    pendingEffects: ({ limit, after = '0', before = Infinity }: Bounded): StorePage<PendingEffect> =>
      pageOf(effects.each(Number(after), before, limit + 1), limit, {
        keyOf: ({ effect_no }) => String(column.number(effect_no)),
        read: (row) => ({ item: effectOf(row), characters: column.text(row.effect).length }),
      }),
    effectsOf(aggregate: AggregateRef): PendingEffect[] {
      const prefix = `${aggregate.kind}:${aggregate.id}@`
      // Digits follow the prefix, and `:` follows the digits.
      return effectsFrom
        .all(prefix, `${prefix}:`)
        .map(effectOf)
        .filter(({ id }) => isEffectOf(id, aggregate))
    },
    findOnce(key: string, now: number): OnceRecord | null {
      const row = once.get(key, now)
      return row ? onceOf(row) : null
    },
  }
}

function wakeUpOf(row: Record<string, unknown>): WakeUp {
  return {
    kind: row.session_no === undefined ? 'agent' : 'session',
    id: column.text(row.id),
    version: column.number(row.version),
    at: column.number(row.wake_at),
  }
}

/** Files of earlier versions hold effects without a time. */
function effectOf(row: Record<string, unknown>): PendingEffect {
  return { at: 0, ...parseStored(column.text(row.effect)) }
}
