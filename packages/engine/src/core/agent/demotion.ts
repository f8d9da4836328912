/**
 * Agents that the line passes over. One that refused a task for want of room is not asked again until it speaks of an end, or
 * the time that it named is over. One that refused, or let an attempt time out, ranks behind all that did not, until it
 * completes an attempt (engine.md, "Room and routing").
 */
import type { AgentLive, Demotion } from './state.ts'

/** The pause after the first of several refusals in a row where the agent names none, in milliseconds; it doubles with each. */
const FIRST_PAUSE = 1_000
/** Longer it does not become: who says nothing by itself is asked once a minute. */
const LONGEST_PAUSE = 60_000
/** A longer time that an agent names is taken for this: a clock of its own that is wrong must not shut it out for days. */
const LONGEST_NAMED = 3_600_000

export const isRefusing = ({ demoted }: AgentLive): boolean => demoted !== undefined && demoted.until !== null

/** After one more refusal. `retryAfter` is the time that the agent named, in milliseconds. */
export function afterRefusal({ demoted }: AgentLive, retryAfter: number | null, now: number): Demotion {
  const refusals = (demoted?.refusals ?? 0) + 1
  // Also where a time is named: a task that is refused once a second for days would outgrow its session's bound of events.
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(refusals - 1, 30))
  return { refusals, until: now + Math.max(pause, Math.min(LONGEST_NAMED, retryAfter ?? 0)) }
}

/** It spoke of an end, so there may be room; with an attempt `completed` in time it ranks as before. */
export function afterEnd({ demoted }: AgentLive, completed: boolean): Demotion | null {
  return demoted && !completed ? { refusals: 0, until: null } : null
}

/** It let an attempt time out. */
export const afterTimeOut = ({ demoted }: AgentLive): Demotion => demoted ?? { refusals: 0, until: null }

/** A refusal is over when its time is. */
export function demotionAt({ demoted }: AgentLive, now: number): Demotion | undefined {
  if (!demoted || demoted.until === null || demoted.until > now) return demoted
  return { refusals: demoted.refusals, until: null }
}
