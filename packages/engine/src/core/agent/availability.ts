import type { JsonObject } from '@opscore/contract'
import { isRefusing } from './demotion.ts'
import type { AgentRegistration, AgentState, Place } from './state.ts'

/** Why an agent can or cannot be given a task now; the codes are those of `explain`. */
export type Availability =
  | 'READY'
  | 'AGENT_BUSY'
  | 'AGENT_NOT_READY'
  | 'AGENT_IN_ERROR'
  | 'AGENT_OFFLINE'
  | 'DISPATCH_UNREACHABLE'
  | 'AGENT_REFUSED'
  | 'AGENT_PAUSED'

/** Failed dispatches or probes in a row after which nothing new is sent (engine.md, "Liveness"). */
export const UNREACHABLE_AFTER = 3

const BY_STATE: Readonly<Record<string, Availability>> = {
  UNKNOWN: 'AGENT_NOT_READY',
  initializing: 'AGENT_NOT_READY',
  error: 'AGENT_IN_ERROR',
  offline: 'AGENT_OFFLINE',
  stopping: 'AGENT_OFFLINE',
  stopped: 'AGENT_OFFLINE',
  paused: 'AGENT_OFFLINE',
  maintenance: 'AGENT_OFFLINE',
}

/** How many tasks it takes at once. One that has never named a task cannot have two told apart, so it has room for one. */
export function roomOf({ registration, live }: AgentState): number {
  if (!live.echoes) return 1
  const declared = configOf(registration).maxConcurrency
  return typeof declared === 'number' && Number.isInteger(declared) && declared >= 1 ? Math.min(declared, 10_000) : 1
}

/** Whether it declares that it understands `workflow_cancel` messages. */
export function acceptsCancel({ registration }: AgentState): boolean {
  return configOf(registration).acceptsCancel === true
}

/** Whether it declares that it may answer a task with its result. Such a one need not report anything, ever. */
export function answersWithResult(registration: Pick<AgentRegistration, 'metadata'>): boolean {
  return configOf(registration).answers === 'result'
}

function configOf({ metadata }: Pick<AgentRegistration, 'metadata'>): JsonObject {
  const config = metadata?.config
  return typeof config === 'object' && config !== null && !Array.isArray(config) ? config : {}
}

export const isReachable = ({ live }: AgentState): boolean => live.failedDispatches < UNREACHABLE_AFTER

export function availabilityOf(state: AgentState): Availability {
  if (state.live.deregisteredAt !== null) return 'AGENT_OFFLINE'
  if (state.live.hold) return 'AGENT_PAUSED'
  const byState = stateSays(state)
  if (byState) return byState
  if (state.live.silence === 'offline') return 'AGENT_OFFLINE'
  if (!isReachable(state)) return 'DISPATCH_UNREACHABLE'
  if (isRefusing(state.live)) return 'AGENT_REFUSED'
  return state.live.places.length < roomOf(state) ? 'READY' : 'AGENT_BUSY'
}

/** One that answers with its result may never say a state: until it says one, none is missed. */
function stateSays({ registration, live: { state } }: AgentState): Availability | undefined {
  if (state === 'UNKNOWN' && answersWithResult(registration)) return undefined
  return Object.hasOwn(BY_STATE, state) ? BY_STATE[state] : undefined
}

/** It is doing tasks or could, and has given no cause to doubt it: what must not be lost can wait for it. */
export function isDependable(state: AgentState): boolean {
  if (state.live.demoted) return false
  const availability = availabilityOf(state)
  return availability === 'READY' || availability === 'AGENT_BUSY'
}

export function findPlace(state: AgentState, attemptId: string): Place | undefined {
  return state.live.places.find((place) => place.attemptId === attemptId)
}
