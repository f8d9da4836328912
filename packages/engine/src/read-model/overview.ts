import {
  ATTENTION_KINDS,
  type AttentionKind,
  LIVENESS,
  type Overview,
  SESSION_STATUSES,
  type SessionStatus,
} from '@opscore/contract'
import type { Fleet } from './read-model.ts'
import type { Waiting } from './waiting.ts'

/** Agents may report any word: so many states are named. */
const STATES = 50

/** The fleet at a glance, from what has been counted. */
export function overviewOf(
  { agents, throughput, approvals, knownFrom }: Fleet,
  waiting: Waiting,
  sessions: Readonly<Record<SessionStatus, number>>,
  now: number,
): Overview {
  const { total, byState, byLiveness, byTrouble, slots } = agents.counts()
  const byReason = reasonsOf(waiting, throughput.backingOff(), sessions.paused)
  const attention = new Map<AttentionKind | string, number>(byTrouble)
  attention.set('session_failed', sessions.failed)
  attention.set('session_stalled', waiting.stalled.length)
  attention.set('approval_open', approvals.count())
  return {
    time: new Date(now).toISOString(),
    agents: { total, byState: mostFrequent(byState), byLiveness: countsOf(LIVENESS, byLiveness), slots },
    sessions: { byStatus: Object.fromEntries(SESSION_STATUSES.map((status) => [status, sessions[status]])) },
    waiting: { total: sum(byReason.map(({ count }) => count)), byReason },
    attention: { total: sum(attention.values()), byKind: countsOf(ATTENTION_KINDS, attention) },
    series: throughput.series(now, knownFrom),
  }
}

function reasonsOf({ byCode }: Waiting, backingOff: number, paused: number) {
  const counts = new Map<string, number>(byCode)
  if (backingOff > 0) counts.set('BACKING_OFF', backingOff)
  if (paused > 0) counts.set('PAUSED', paused)
  return [...counts].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count)
}

function mostFrequent(byState: ReadonlyMap<string, number>): Record<string, number> {
  const states = [...byState].sort(([, a], [, b]) => b - a)
  const rest = sum(states.slice(STATES).map(([, count]) => count))
  return Object.fromEntries([...states.slice(0, STATES), ...(rest > 0 ? [['other', rest] as const] : [])])
}

const countsOf = (names: readonly string[], counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, counts.get(name) ?? 0]))

const sum = (counts: Iterable<number>): number => [...counts].reduce((total, count) => total + count, 0)
