/** What is still to be done: the log as a stream, lines, effects, wake-ups, and the counters. */

import type { SessionStatus } from '@opscore/contract'
import { parseStored } from '@opscore/contract/exact-json'
import type { AggregateRef, CommittedEvent, OnceRecord, PageRequest, StorePage, WakeUp } from '@opscore/engine/store'
import {
  compareTexts,
  compareWaiters,
  isEffectOf,
  light,
  NO_SESSIONS,
  type PendingEffect,
  pageOf,
  type Waiter,
} from '@opscore/engine/store'
import { column } from '../rows/column.ts'
import { onceOf } from '../rows/once-row.ts'
import { OPEN_STATUSES } from '../rows/open-statuses.ts'
import { waiterOf } from '../rows/waiter-row.ts'
import { LATER_EVENTS, STARTS, weighedEvents } from '../write/session-start.ts'
import type { FreshWaiters } from './fresh-waiters.ts'
import { createLineLengths } from './line-lengths.ts'
import type { Reader } from './reader.ts'

type Bounded = PageRequest & { before?: number }

export function createWorkReads(reader: Reader, fresh: Pick<FreshWaiters, 'inLine' | 'lines'>) {
  const stream = reader.prepare(
    `SELECT position, 'agent' AS kind, agent_id AS id, time, type, about, data FROM agent_event WHERE position > ?1
     UNION ALL
     ${LATER_EVENTS} WHERE e.position > ?1
     UNION ALL
     ${STARTS} AND s.session_no >= coalesce((SELECT max(session_no) FROM session WHERE session_no <= ?1), 0)
     ORDER BY position LIMIT +?2`,
  )
  const ledger = reader.prepare('SELECT trimmed, agents, sessions FROM ledger WHERE partition = 0')
  const inLine = reader.prepare(
    'SELECT attempt_id, line, priority, since FROM waiter_in_line WHERE line = ? ORDER BY priority DESC, since, attempt_id LIMIT +?',
  )
  const nextLine = reader.prepare('SELECT min(line) AS line FROM waiter_in_line WHERE line > ?')
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
    `SELECT session_id AS id, version, status, started_at, session_no, wake_at FROM session
     WHERE status = ?1 AND (started_at, session_no) > (?2, ?3) AND wake_at IS NOT NULL AND wake_at <= ?4
     ORDER BY started_at, session_no LIMIT +?5`,
  )

  function counters(): { trimmed: number; agents: number; sessions: Record<SessionStatus, number> } {
    const row = ledger.get() ?? {}
    return {
      trimmed: column.number(row.trimmed),
      agents: column.number(row.agents),
      sessions: { ...NO_SESSIONS, ...JSON.parse(column.text(row.sessions)) },
    }
  }

  function events(after: number, limit: number, characters = Infinity): CommittedEvent[] {
    const found: CommittedEvent[] = []
    let length = 0
    // The row of the start before it may be read beside those that are asked for.
    for (const { event, characters: more } of weighedEvents(stream.each(after, limit + 1))) {
      if (event.position <= after) continue
      found.push(event)
      length += more
      if (length >= characters || found.length === limit) break
    }
    return found
  }

  /** Agents in order of id, then open sessions, those of one status after those of the other. */
  function wakeUps({ limit, after = '', before = Infinity }: Bounded): StorePage<WakeUp> {
    const [status = '', startedAt, sessionNo] = after.startsWith('session:') ? after.slice(8).split(':') : []
    const rows = status ? [] : agentsToWake.all(before, after.slice('agent:'.length), limit + 1)
    // One that has ended wants nothing any more.
    for (const each of OPEN_STATUSES.slice(Math.max(0, OPEN_STATUSES.indexOf(status)))) {
      const from = each === status ? [Number(startedAt), Number(sessionNo)] : [-Number.MAX_VALUE, 0]
      rows.push(...sessionsToWake.all(each, ...from, before, limit + 1 - rows.length))
    }
    return pageOf(rows, limit, {
      keyOf: (row) =>
        row.status === undefined
          ? `agent:${column.text(row.id)}`
          : `session:${column.text(row.status)}:${column.number(row.started_at)}:${column.number(row.session_no)}`,
      read: (row) => light(wakeUpOf(row)),
    })
  }

  function waiters(lines: string[], limit: number): Waiter[] {
    const found = new Map<string, Waiter>()
    for (const line of new Set(lines)) {
      for (const waiter of fresh.inLine(line, limit)) found.set(waiter.attemptId, waiter)
      for (const row of inLine.all(line, limit)) {
        const waiter = waiterOf(row)
        found.set(waiter.attemptId, waiter)
      }
    }
    return [...found.values()].sort(compareWaiters).slice(0, limit)
  }

  /** Hops from line to line over the index, however many stand in each. */
  function openLines({ limit, after = '' }: PageRequest): StorePage<string> {
    const unfiled = [...fresh.lines()].filter((line) => compareTexts(line, after) > 0)
    const filed: string[] = []
    for (let line = after; filed.length <= limit; filed.push(line)) {
      const next = nextLine.get(line)?.line
      if (typeof next !== 'string') break
      line = next
    }
    const lines = [...new Set([...unfiled, ...filed])].sort(compareTexts)
    return pageOf(lines, limit, { keyOf: String, read: light })
  }

  return {
    counters,
    wakeUps,
    openLines,
    lineLengths: createLineLengths(reader, fresh),
    events,
    waiters,
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
    kind: row.status === undefined ? 'agent' : 'session',
    id: column.text(row.id),
    version: column.number(row.version),
    at: column.number(row.wake_at),
  }
}

/** Files of earlier versions hold effects without a time. */
function effectOf(row: Record<string, unknown>): PendingEffect {
  return { at: 0, ...parseStored(column.text(row.effect)) }
}
