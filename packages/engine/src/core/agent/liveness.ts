/**
 * Whether an agent is there, by three clocks: reachable (did the last dispatches get through), reporting (the time since
 * it last spoke, against the interval that it declared) and, kept with its tasks, progressing. An agent that declared no
 * interval is never called gone for being silent (engine.md, "Liveness").
 */
import type { Json } from '@opscore/contract'
import { parseDuration } from '@opscore/workflow'
import { UNREACHABLE_AFTER } from './availability.ts'
import type { AgentState } from './state.ts'

export type Liveness = 'online' | 'quiet' | 'offline' | 'unreachable'

/** Declared intervals missed in a row after which it is quiet, and after which it is offline. */
const QUIET_AFTER = 1
const OFFLINE_AFTER = 3

/** Shorter ones are taken as this, so that an agent cannot make itself flap with every late packet; in milliseconds. */
const SHORTEST_INTERVAL = 100

export function livenessOf({ live }: AgentState): Liveness {
  if (live.silence === 'offline') return 'offline'
  return live.failedDispatches >= UNREACHABLE_AFTER ? 'unreachable' : live.silence
}

/** The interval that it declared in `metadata.config.heartbeatInterval`, in milliseconds; `null` where it declared none. */
function declaredInterval({ registration }: AgentState): number | null {
  const config = registration.metadata?.config
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return null
  return intervalOf(config.heartbeatInterval)
}

function intervalOf(declared: Json | undefined): number | null {
  if (declared === undefined || declared === null) return null
  const interval = parseDuration(declared)
  return interval.ok && interval.milliseconds > 0 ? Math.max(SHORTEST_INTERVAL, interval.milliseconds) : null
}

/** How silent it is at `now`. */
export function silenceAt(state: AgentState, now: number): 'online' | 'quiet' | 'offline' {
  const interval = declaredInterval(state)
  if (interval === null) return 'online'
  const missed = (now - state.live.seenAt) / interval
  if (missed < QUIET_AFTER) return 'online'
  return missed < OFFLINE_AFTER ? 'quiet' : 'offline'
}

/** When its silence is next to be looked at; `null` where nothing more can come of it. */
export function silenceDueAt(state: AgentState): number | null {
  const interval = declaredInterval(state)
  if (interval === null || state.live.silence === 'offline') return null
  return state.live.seenAt + interval * (state.live.silence === 'online' ? QUIET_AFTER : OFFLINE_AFTER)
}
