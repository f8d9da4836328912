/**
 * What a commit asks to be done afterwards. Effects are committed with the events that cause them, carried out at least
 * once, and marked done by the commit (or acknowledgement) that takes their outcome in.
 */
import type { Json, RoutingReceipt, TaskFailure } from '@opscore/contract'

/** To the session: an agent has taken a place for this attempt. */
export interface AssignedEffect {
  type: 'assigned'
  sessionId: string
  attemptId: string
  agentId: string
  receipt: RoutingReceipt
  /** Rises with every place that the agent takes; the version that took it, from the effect's id. */
  place?: number
}

/** To the session: what an agent reported of an attempt. */
export interface ReportedEffect {
  type: 'reported'
  sessionId: string
  attemptId: string
  agentId: string
  /** The agent's own word for it, kept with late results. */
  state: string
  outcome: 'running' | 'completed' | 'failed'
  result: Json
  error: TaskFailure | null
  receivedAt: number
}

/** To the session: the agent refused the attempt's message for want of room, and holds no place for it. */
export interface RefusedEffect {
  type: 'refused'
  sessionId: string
  attemptId: string
  agentId: string
  reason: string
  /** The version that refused it, from the effect's id: a place taken later is not meant. */
  place?: number
}

/** To the session: the agent is gone, its attempt will not report. */
export interface LostEffect {
  type: 'lost'
  sessionId: string
  attemptId: string
  agentId: string
  reason: string
  /** The version that lost it, from the effect's id: places taken later are not meant. */
  place?: number
}

/** Send the task to its agent. */
export interface DispatchEffect {
  type: 'dispatch'
  sessionId: string
  attemptId: string
  agentId: string
  /** The place that it is sent for, as in `AssignedEffect`: after a refusal the attempt may be with the same agent again. */
  place?: number
}

/** Tell the agent to stop working on an attempt. */
export interface CancelEffect {
  type: 'cancel'
  sessionId: string
  attemptId: string
  agentId: string
}

/**
 * To the agent: the attempt is over without a report of its state. It may still be at work, and keeps the place until it speaks
 * or `until`; `over` where it is known not to be.
 */
export interface ReleaseEffect {
  type: 'release'
  agentId: string
  attemptId: string
  reason: 'over' | 'timed_out' | 'concluded' | 'cancelled'
  /** It has said directly that it completed the attempt. */
  completed?: true
  /** Epoch milliseconds. */
  until: number
}

/** Write an approval into the inbox, or take it out: what the session says then holds. */
export interface InboxEffect {
  type: 'inbox'
  sessionId: string
  attemptId: string
}

export type Effect =
  | AssignedEffect
  | ReportedEffect
  | RefusedEffect
  | LostEffect
  | DispatchEffect
  | CancelEffect
  | ReleaseEffect
  | InboxEffect

/** An effect with the id under which it is kept until it is done. */
export interface PendingEffect {
  id: string
  effect: Effect
  /** When it was committed; epoch milliseconds. */
  at: number
  /** Committed by a process that carries out nothing: whoever is woken for the aggregate does. */
  handedOver?: true
}

/** What an effect says to another aggregate; `null` for one that goes out to an agent. */
export type Message =
  | { to: 'session'; id: string; command: AssignedEffect | LostEffect | RefusedEffect | ReportedEffect }
  | { to: 'agent'; id: string; command: ReleaseEffect }

export function messageOf({ id, effect }: Pick<PendingEffect, 'id' | 'effect'>): Message | null {
  switch (effect.type) {
    case 'assigned':
    case 'lost':
    case 'refused':
      return { to: 'session', id: effect.sessionId, command: { ...effect, place: versionOf(id) } }
    case 'reported':
      return { to: 'session', id: effect.sessionId, command: effect }
    case 'release':
      return { to: 'agent', id: effect.agentId, command: effect }
    case 'dispatch':
    case 'cancel':
    case 'inbox':
      return null
  }
}

export interface AggregateRef {
  kind: 'agent' | 'session'
  id: string
}

/** Names the effect by the aggregate whose commit asks for it, so that it can be found where that lies. */
export function effectIdOf({ kind, id }: AggregateRef, version: number, index: number): string {
  return `${kind}:${id}@${version}.${index}`
}

/** The aggregate whose commit asked for the effect. */
export function askerOf(effectId: string): AggregateRef {
  const kind = effectId.startsWith('agent:') ? 'agent' : 'session'
  // The id of an agent may hold any character.
  return { kind, id: effectId.slice(kind.length + 1, effectId.lastIndexOf('@')) }
}

/** The version of the aggregate with which it asked for the effect: of one aggregate's, the later has the higher. */
const versionOf = (effectId: string): number => Number.parseInt(effectId.slice(effectId.lastIndexOf('@') + 1), 10)

export function isEffectOf(effectId: string, { kind, id }: AggregateRef): boolean {
  return effectId.slice(0, effectId.lastIndexOf('@')) === `${kind}:${id}`
}
