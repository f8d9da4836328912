/**
 * An agent as the registry knows it: what it said when it registered, what it is doing, and the places that tasks hold
 * with it. Waiting tasks are never part of it (engine.md, "How it is built").
 *
 * Invariants
 * 1. `places` never exceeds the agent's room at the moment a place is taken (reliability.md, 16).
 * 2. A place belongs to exactly one attempt; taking it twice is one place.
 * 3. A deregistered agent holds no places and is kept only as a tombstone, so that its version goes on rising. What may still be
 *    on its way to it is remembered (`left`), in case it comes back before that arrives.
 */
import type { JsonObject } from '@opscore/contract'

export interface Hold {
  /** A drain says when the last task has ended. */
  kind: 'pause' | 'drain'
  /** Epoch milliseconds, as is the other one. */
  since: number
  reason: string
  drainedAt: number | null
}

/** Kept with the agent for as long as it ranks behind others. */
export interface Demotion {
  /** Refusals in a row, since it last spoke of an end. */
  refusals: number
  /** It refuses: when it is asked again; epoch milliseconds. `null` where it does not. */
  until: number | null
}

/** What changes only when the agent registers (again). Times are epoch milliseconds. */
export interface AgentRegistration {
  agentId: string
  agentName: string
  version: string
  capabilities: string[]
  contactEndpoint: string
  metadata: JsonObject | null
  registeredAt: number
  updatedAt: number
}

/** A place held for one attempt: `running` once its agent has said that it works on it. */
export interface Place {
  attemptId: string
  sessionId: string
  taskId: string
  takenAt: number
  phase: 'held' | 'running'
  /** Set where the attempt is over but may still be at work: when the place is given back without a report. */
  until: number | null
  /** Its agent left and came back, and its message may still reach it: an `idle` says nothing of it. */
  onItsWay?: true
}

/** Whether its attempt is over. */
export const lingers = ({ until }: Place): boolean => until !== null

/** What changes with every report. Times are epoch milliseconds, but for `timestamp`, kept as the agent sent it. */
export interface AgentLive {
  state: string
  details: JsonObject | null
  timestamp: string
  receivedAt: number
  /** It has once put an `opscore_task_id` into a report, or answers with its result, so reports without one end nothing. */
  echoes: boolean
  places: Place[]
  lastUsedAt: number
  /** The last report or heartbeat. */
  seenAt: number
  /** Against the interval it declared: one missed makes it quiet, three make it offline. */
  silence: 'online' | 'quiet' | 'offline'
  /** Failed dispatches or probes in a row; three make it unreachable. */
  failedDispatches: number
  /** Set while it ranks behind others. */
  demoted?: Demotion
  /** Set while an operator holds it. */
  hold?: Hold
  deregisteredAt: number | null
  /** Of one that left without ever naming a task: the places of messages that it may still get, each with when it cannot any more. */
  left?: Place[]
}

export interface AgentState {
  registration: AgentRegistration
  live: AgentLive
}
