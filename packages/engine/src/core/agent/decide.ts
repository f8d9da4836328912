/**
 * What becomes of a command to an agent. Pure: the time is handed in, the answer is events and effects.
 *
 * A report is answered by one event; more is written only where it ends an attempt or frees a place (engine.md).
 */
import type { AgentStateReport, JsonObject, RoutingReceipt, TaskAnswer } from '@opscore/contract'
import type { Decision } from '../decision.ts'
import { DomainError } from '../domain-error.ts'
import type { Effect, ReleaseEffect } from '../effect.ts'
import { parseAttemptId } from '../session/state.ts'
import { availabilityOf, findPlace, isReachable, UNREACHABLE_AFTER } from './availability.ts'
import { afterEnd, afterRefusal, afterTimeOut, demotionAt } from './demotion.ts'
import type { AgentEvent, Registered } from './events.ts'
import { decideHold, type HoldCommand, withDrained } from './hold.ts'
import { livenessOf, silenceAt, silenceDueAt } from './liveness.ts'
import { endsWork, failureIn, failureOf, namedAttempt, outcomeOf, resultOf, showsWork } from './report.ts'
import { type AgentLive, type AgentState, type Demotion, lingers, type Place } from './state.ts'

export type AgentCommand =
  /** `unlessItStands`: the same words were heard before, and say nothing where they are still the last ones. */
  | { type: 'register'; agentId: string; registered: Registered; unlessItStands?: true }
  | { type: 'deregister' }
  | { type: 'report'; report: Pick<AgentStateReport, 'state' | 'timestamp'> & { details: JsonObject | null } }
  /** It answered the attempt's message with the outcome. */
  | { type: 'answered'; attemptId: string; answer: TaskAnswer }
  | { type: 'take-place'; attemptId: string; sessionId: string; taskId: string; receipt: RoutingReceipt }
  | ReleaseEffect
  /** It refused the attempt's message for want of room; `retryAfter` is the pause that it named, in milliseconds. */
  | { type: 'refused'; attemptId: string; retryAfter: number | null; reason: string }
  /** Whether a dispatch or a probe got through to the agent. */
  | { type: 'contacted'; reached: boolean }
  /** A sign of life without a report; its time is kept by `withHeartbeat`. */
  | { type: 'heartbeat' }
  | HoldCommand
  | { type: 'wake' }

/** Decides on the agent with this id. Refuses with `AGENT_NOT_FOUND` what needs a registered one. */
export function decideAgent(agentId: string, state: AgentState | null, command: AgentCommand, now: number): Decision {
  const known = state && state.live.deregisteredAt === null ? state : null
  if (command.type === 'register') {
    const { registered, unlessItStands = false } = command
    if (unlessItStands && known && standsAs(known, registered)) return { events: [], effects: [] }
    return register(agentId, state, registered, now)
  }
  if (!known) {
    if (MUST_BE_THERE.has(command.type)) {
      throw new DomainError('AGENT_NOT_FOUND', `Agent not found: ${agentId}`)
    }
    return { events: [], effects: [] }
  }
  const decision = decideKnown(agentId, known, command, now)
  if (!known.live.hold) return decision
  // Every event that is decided here is an agent's.
  const events = withDrained(agentId, known, decision.events as AgentEvent[], now)
  return events === decision.events ? decision : { ...decision, events }
}

/** What an agent that is not registered refuses; anything else about it is of no meaning any more. */
const MUST_BE_THERE: ReadonlySet<AgentCommand['type']> = new Set([
  'deregister',
  'report',
  'heartbeat',
  'hold',
  'unhold',
])

function decideKnown(
  agentId: string,
  known: AgentState,
  command: Exclude<AgentCommand, { type: 'register' }>,
  now: number,
): Decision {
  switch (command.type) {
    case 'hold':
    case 'unhold':
      return { events: decideHold(agentId, known, command, now), effects: [] }
    case 'deregister':
      return deregister(agentId, known, now)
    case 'report':
      return report(agentId, known, command.report, now)
    case 'answered':
      return answered(agentId, known, command, now)
    case 'take-place':
      return takePlace(agentId, known, command, now)
    case 'release':
      return release(agentId, known, command, now)
    case 'refused':
      return refused(agentId, known, command, now)
    case 'contacted':
      return contacted(agentId, known, command.reached, now)
    case 'heartbeat':
      return { events: seemsGone(known) ? [liveness(agentId, known, ONLINE, now)] : [], effects: [] }
    case 'wake':
      return wake(agentId, known, now)
  }
}

function register(agentId: string, before: AgentState | null, data: Registered, now: number): Decision {
  const left = before?.live.left?.filter(({ until }) => (until ?? 0) > now) ?? []
  const event: AgentEvent =
    before?.live.deregisteredAt === null
      ? { type: 'agent.updated', time: now, agentId, data }
      : {
          type: 'agent.registered',
          time: now,
          agentId,
          data: {
            ...data,
            state: 'UNKNOWN',
            details: { reason: 'Initial registration' },
            timestamp: new Date(now).toISOString(),
            ...(left.length > 0 ? { left } : {}),
          },
        }
  return { events: [event], effects: [] }
}

function standsAs({ registration }: AgentState, registered: Registered): boolean {
  return textOf(registration) === textOf(registered)
}

/** What is kept has the members of its JSON in the order in which they came. */
function textOf({ agentName, version, capabilities, contactEndpoint, metadata }: Registered): string {
  return JSON.stringify([agentName, version, capabilities, contactEndpoint, metadata])
}

function deregister(agentId: string, { live }: AgentState, now: number): Decision {
  const reason = 'The agent was deregistered'
  return {
    events: [{ type: 'agent.deregistered', time: now, agentId, data: {} }],
    effects: live.places
      .filter((place) => !lingers(place))
      .map(({ sessionId, attemptId }) => ({ type: 'lost', sessionId, attemptId, agentId, reason })),
  }
}

type Said = Extract<AgentCommand, { type: 'report' }>['report']

function report(agentId: string, state: AgentState, said: Said, now: number): Decision {
  const changed: AgentEvent = { type: 'agent.state_changed', time: now, agentId, data: said }
  const events: AgentEvent[] = [changed]
  const place = placeOf(state, said)
  if (seemsGone(state) || (state.live.demoted && endsWork(said.state))) {
    events.push(liveness(agentId, state, { ...ONLINE, demoted: demotionAfter(state, said, place) }, now))
  }
  if (!showsWork(said.state)) return { events, effects: [] }

  if (place && endsWork(said.state)) events.push(freed(agentId, place, 'reported', now))

  const named = namedAttempt(said.details)
  const sessionId = place?.sessionId ?? (named ? parseAttemptId(named)?.sessionId : undefined)
  const attemptId = place?.attemptId ?? named
  const outcome = outcomeOf(said.state)
  const isNews = outcome !== 'running' || (place?.phase === 'held' && !lingers(place))
  if (!sessionId || !attemptId || !isNews) return { events, effects: [] }
  const effect: Effect = {
    type: 'reported',
    sessionId,
    attemptId,
    agentId,
    state: said.state,
    outcome,
    result: outcome === 'completed' ? resultOf(said.details) : null,
    error: outcome === 'failed' ? failureOf(said.details) : null,
    receivedAt: now,
  }
  return { events, effects: [effect] }
}

/**
 * The answer ends the attempt as a report that names it does, and says nothing of the agent's state. Where a report was
 * faster, the place is given back already, and the session hears of it as of any second report.
 */
function answered(
  agentId: string,
  state: AgentState,
  command: Extract<AgentCommand, { type: 'answered' }>,
  now: number,
): Decision {
  const { attemptId, answer } = command
  const place = findPlace(state, attemptId)
  const sessionId = place?.sessionId ?? parseAttemptId(attemptId)?.sessionId
  if (!sessionId) return { events: [], effects: [] }
  const isCompleted = answer.status === 'completed'
  const events: AgentEvent[] = place ? [freed(agentId, place, 'reported', now)] : []
  if (seemsGone(state) || state.live.demoted) {
    const demoted = afterEnd(state.live, place !== undefined && !lingers(place) && isCompleted)
    events.push(liveness(agentId, state, { ...ONLINE, demoted }, now))
  }
  const effect: Effect = {
    type: 'reported',
    sessionId,
    attemptId,
    agentId,
    state: isCompleted ? 'finished' : 'error',
    outcome: answer.status,
    result: isCompleted ? (answer.result ?? null) : null,
    error: isCompleted ? null : failureIn(answer),
    receivedAt: now,
  }
  return { events, effects: [effect] }
}

/** The place that the report speaks of, where it speaks of work at all. */
function placeOf(state: AgentState, said: Said): Place | undefined {
  if (!showsWork(said.state)) return undefined
  const named = namedAttempt(said.details)
  return named ? findPlace(state, named) : unnamedPlace(state, said)
}

function demotionAfter({ live }: AgentState, { state }: Said, place: Place | undefined): Demotion | null {
  if (!endsWork(state)) return live.demoted ?? null
  return afterEnd(live, place !== undefined && !lingers(place) && outcomeOf(state) === 'completed')
}

/**
 * Which place a report without an id speaks of. An agent that has named a task before means none; another one ends its
 * attempt only where an `active` came after the dispatch, so that a repeated start-up `idle` completes nothing. A place that is
 * kept for an attempt not begun is given back by an `idle` that is no more than that: an error or a result is late, and of
 * an older attempt.
 */
function unnamedPlace({ live }: AgentState, { state, details }: Said): Place | undefined {
  const place = live.echoes ? undefined : live.places[0]
  if (place?.phase !== 'held' || !endsWork(state)) return place
  return lingers(place) && !place.onItsWay && state === 'idle' && resultOf(details) === null ? place : undefined
}

function takePlace(
  agentId: string,
  state: AgentState,
  command: Extract<AgentCommand, { type: 'take-place' }>,
  now: number,
): Decision {
  const { attemptId, sessionId, taskId, receipt } = command
  if (findPlace(state, attemptId) || availabilityOf(state) !== 'READY') return { events: [], effects: [] }
  const event: AgentEvent = {
    type: 'agent.place_taken',
    time: now,
    agentId,
    sessionId,
    taskId,
    data: { attemptId, receipt },
  }
  return { events: [event], effects: [{ type: 'assigned', sessionId, attemptId, agentId, receipt }] }
}

/**
 * Our clock frees no place that its agent may still be using: where the attempt ended without its agent's word, the place is
 * kept until that comes, or `until`.
 */
function release(agentId: string, state: AgentState, command: ReleaseEffect, now: number): Decision {
  const { attemptId, reason, until, completed = false } = command
  const place = findPlace(state, attemptId)
  if (!place || (lingers(place) && reason !== 'over')) return { events: [], effects: [] }
  const { sessionId, taskId } = place
  const events: AgentEvent[] = [
    reason === 'over'
      ? freed(agentId, place, 'released', now)
      : { type: 'agent.place_kept', time: now, agentId, sessionId, taskId, data: { attemptId, until } },
  ]
  const { live } = state
  if (reason === 'timed_out' && !live.demoted) {
    events.push(liveness(agentId, state, { demoted: afterTimeOut(live) }, now))
  }
  if (completed && live.demoted) {
    events.push(liveness(agentId, state, { demoted: afterEnd(live, !lingers(place)) }, now))
  }
  return { events, effects: [] }
}

/**
 * The attempt goes back to its line. One that the agent has said to be at work on is not meant: the message came a second
 * time, and found it busy with the first.
 */
function refused(
  agentId: string,
  state: AgentState,
  { attemptId, retryAfter, reason }: Extract<AgentCommand, { type: 'refused' }>,
  now: number,
): Decision {
  const place = findPlace(state, attemptId)
  if (!place || place.phase === 'running') return { events: [], effects: [] }
  const { sessionId } = place
  const demoted = afterRefusal(state.live, retryAfter, now)
  return {
    events: [freed(agentId, place, 'refused', now), liveness(agentId, state, { failedDispatches: 0, demoted }, now)],
    effects: lingers(place) ? [] : [{ type: 'refused', sessionId, attemptId, agentId, reason }],
  }
}

function contacted(agentId: string, state: AgentState, reached: boolean, now: number): Decision {
  if (reached && state.live.failedDispatches === 0) return { events: [], effects: [] }
  const failures = reached ? 0 : state.live.failedDispatches + 1
  return { events: [liveness(agentId, state, { failedDispatches: failures }, now)], effects: [] }
}

/** Whether anything speaks against its being there. */
const seemsGone = ({ live }: AgentState): boolean => live.failedDispatches > 0 || live.silence !== 'online'

/** Any word from it says that it is there and can be reached. */
const ONLINE = { failedDispatches: 0, silence: 'online' } as const

/** What the passing of time does: kept places run out, refusals end, and an agent that promised to speak and does not is gone. */
function wake(agentId: string, state: AgentState, now: number): Decision {
  const { live } = state
  const due = live.places.filter((place) => place.until !== null && place.until <= now)
  const events = due.map((place) => freed(agentId, place, 'expired', now))
  const silence = silenceAt(state, now)
  const demoted = demotionAt(live, now)
  if (silence === live.silence && demoted === live.demoted) return { events, effects: [] }
  events.push(liveness(agentId, state, { silence, demoted: demoted ?? null }, now))
  if (silence !== 'offline' || live.silence === 'offline') return { events, effects: [] }
  const lost = live.places.filter((place) => !due.includes(place))
  const reason = 'The agent missed three of its heartbeats'
  return {
    events: [...events, ...lost.map((place) => freed(agentId, place, 'lost', now))],
    effects: lost
      .filter((place) => !lingers(place))
      .map(({ sessionId, attemptId }) => ({ type: 'lost', sessionId, attemptId, agentId, reason })),
  }
}

interface Change {
  silence?: AgentLive['silence']
  failedDispatches?: number
  /** `null`: it ranks like the others again. */
  demoted?: Demotion | null
}

function liveness(agentId: string, { registration, live }: AgentState, change: Change, now: number): AgentEvent {
  const { silence = live.silence, failedDispatches = live.failedDispatches } = change
  const demoted = change.demoted === undefined ? live.demoted : change.demoted
  const after = livenessOf({ registration, live: { ...live, silence, failedDispatches } })
  const data = { liveness: after, silence, failedDispatches, ...(demoted ? { demoted } : {}) }
  return { type: 'agent.liveness_changed', time: now, agentId, data }
}

function freed(
  agentId: string,
  place: Place,
  reason: Extract<AgentEvent, { type: 'agent.place_freed' }>['data']['reason'],
  now: number,
): AgentEvent {
  const { attemptId, sessionId, taskId } = place
  return { type: 'agent.place_freed', time: now, agentId, sessionId, taskId, data: { attemptId, reason } }
}

/** The first and the longest pause between probes of an unreachable agent (engine.md, "Liveness"). */
const FIRST_PROBE = 1_000
const LONGEST_PROBE = 60_000

/** When an unreachable agent is to be probed next, given when its last contact failed. */
export function probeDelay(failedDispatches: number): number {
  return Math.min(LONGEST_PROBE, FIRST_PROBE * 2 ** Math.max(0, failedDispatches - UNREACHABLE_AFTER))
}

/**
 * When the agent wants to be looked at: a kept place or a refusal runs out, its silence begins to
 * mean something, or it is unreachable and to be probed.
 */
export function agentWakeAt(state: AgentState, now: number): number | null {
  if (state.live.deregisteredAt !== null) return null
  let at = silenceDueAt(state) ?? Infinity
  for (const { until } of state.live.places) if (until !== null) at = Math.min(at, until)
  const asked = state.live.demoted?.until ?? null
  if (asked !== null) at = Math.min(at, asked)
  if (!isReachable(state)) at = Math.min(at, now + probeDelay(state.live.failedDispatches))
  return at === Infinity ? null : at
}
