/**
 * An operator's hold on an agent: it is given no new task, whatever it reports, until it is resumed. What it has goes on. It ends
 * with the agent's registration.
 */

import type { AgentEvent } from './events.ts'
import type { AgentLive, AgentState, Hold } from './state.ts'

export type HoldCommand = { type: 'hold'; kind: Hold['kind']; reason: string } | { type: 'unhold' }

/** Idempotent. */
export function decideHold(agentId: string, { live }: AgentState, command: HoldCommand, now: number): AgentEvent[] {
  if (command.type === 'unhold') return live.hold ? [{ type: 'agent.resumed', time: now, agentId, data: {} }] : []
  const { kind, reason } = command
  if (live.hold?.kind === kind) return []
  const paused: AgentEvent = { type: 'agent.paused', time: now, agentId, data: { kind, reason } }
  return kind === 'drain' && live.places.length === 0 ? [paused, drained(agentId, now)] : [paused]
}

/** The events of a decision, and that the agent is drained, where they free the last of its places. */
export function withDrained(agentId: string, { live }: AgentState, events: AgentEvent[], now: number): AgentEvent[] {
  if (live.hold?.kind !== 'drain' || live.hold.drainedAt !== null) return events
  const freed = new Set(events.flatMap((event) => (event.type === 'agent.place_freed' ? [event.data.attemptId] : [])))
  const isDrained = freed.size > 0 && live.places.every(({ attemptId }) => freed.has(attemptId))
  return isDrained ? [...events, drained(agentId, now)] : events
}

export function afterHold(
  { hold, ...live }: AgentLive,
  event: Extract<AgentEvent, { type: 'agent.paused' | 'agent.resumed' | 'agent.drained' }>,
): AgentLive {
  if (event.type === 'agent.resumed') return live
  if (event.type === 'agent.drained') return hold ? { ...live, hold: { ...hold, drainedAt: event.time } } : live
  const { kind, reason } = event.data
  return { ...live, hold: { kind, reason, since: event.time, drainedAt: null } }
}

const drained = (agentId: string, time: number): AgentEvent => ({ type: 'agent.drained', time, agentId, data: {} })
