/**
 * What belongs together is committed together. A command that asks for something of another aggregate is decided together
 * with it, in one commit, where that one lies in the same partition, is known here and has nothing under way. Else it is
 * asked for by an effect, which comes to the same a little later.
 *
 * Invariants
 * 1. Nobody waits for an aggregate to take part: two steps that want each other's aggregates cannot block one another.
 * 2. What was asked of an aggregate in a step is part of its commit and is no effect any more; what was not, is.
 */

import type { AgentCommand } from '../core/agent/decide.ts'
import type { AgentState } from '../core/agent/state.ts'
import { type AggregateRef, messageOf, type PendingEffect } from '../core/effect.ts'
import type { Store } from '../ports/store.ts'
import type { AgentPart, RunningSession, SessionOrder, SessionPart, Steps } from './agents-and-sessions.ts'
import type { Mailbox, StepPart } from './aggregate-kind.ts'
import type { Placements } from './placements.ts'

type AnyPart = AgentPart | SessionPart

export interface StepsParts {
  store: Pick<Store, 'together' | 'shared'>
  agents: Pick<Mailbox<AgentState, AgentCommand>, 'enlist'>
  sessions: Pick<Mailbox<RunningSession, SessionOrder>, 'enlist'>
  placements: Placements
}

/** Aggregates of one step at most: an agent that goes with 1,000 tasks must not make one commit of 1,000 sessions. */
const PARTS = 32

export function createSteps(parts: StepsParts): Steps {
  return {
    ofAgent: (part) => new Step(parts, part).gather(),
    ofSession: (part) => new Step(parts, part).gather(),
  }
}

class Step {
  readonly #from: StepsParts
  readonly #first: AnyPart
  readonly #agents = new Map<string, AgentPart>()
  readonly #sessions = new Map<string, SessionPart>()
  /** In the order in which they came. */
  readonly #parts: AnyPart[] = []
  /** What stays to be carried out later, by the part that asks for it. */
  readonly #left = new Map<AnyPart, PendingEffect[]>()
  /** Attempts that were offered to an agent. */
  readonly #offered = new Set<string>()

  constructor(from: StepsParts, first: AnyPart) {
    this.#from = from
    this.#first = first
    this.#add(first)
  }

  /** @returns the parts beside the first */
  gather(): readonly StepPart[] {
    try {
      while (this.#pass() || this.#place()) {
        // Each round may have asked for more.
      }
    } catch (error) {
      for (const part of this.#parts) if (part !== this.#first) part.abandon(false)
      throw error
    }
    for (const [part, left] of this.#left) part.draft.effects = left
    return this.#parts.filter((part) => part !== this.#first && !this.#isIdle(part))
  }

  /** One in which nothing came to pass after all. */
  #isIdle(part: AnyPart): boolean {
    const isIdle = part.draft.commands.length === 0
    if (isIdle) part.abandon(false)
    return isIdle
  }

  #add(part: AnyPart): void {
    this.#parts.push(part)
    this.#left.set(part, [])
    if (isAgentPart(part)) this.#agents.set(part.aggregate.id, part)
    else this.#sessions.set(part.aggregate.id, part)
  }

  /** Passes on what was asked for; `true` where there was anything. */
  #pass(): boolean {
    let moved = false
    for (const part of this.#parts) {
      const { effects } = part.draft
      if (effects.length === 0) continue
      moved = true
      part.draft.effects = []
      for (const pending of effects) if (!this.#take(pending)) this.#left.get(part)?.push(pending)
    }
    return moved
  }

  /** `false` where it has to be carried out later. */
  #take(pending: PendingEffect): boolean {
    const message = messageOf(pending)
    if (!message) return false
    try {
      const taken =
        message.to === 'agent'
          ? this.#agent(message.id)?.decide(message.command)
          : this.#session(message.id)?.decide(message.command)
      return taken === 'changed' || taken === 'unchanged'
    } catch {
      // Whoever carries it out later hears of it.
      return false
    }
  }

  /** Gives tasks that came to wait to agents that nobody else waits for; `true` where one was taken. */
  #place(): boolean {
    let placed = false
    for (const part of this.#sessions.values()) {
      for (const { agentId, command } of this.#from.placements.of(
        part.draft,
        (id) => this.#agents.get(id)?.draft.after,
      )) {
        if (this.#offered.has(command.attemptId)) continue
        this.#offered.add(command.attemptId)
        if (this.#agent(agentId)?.decide(command) === 'changed') placed = true
      }
    }
    return placed
  }

  #agent(id: string): AgentPart | null {
    return this.#agents.get(id) ?? this.#enlist({ kind: 'agent', id }, this.#from.agents.enlist)
  }

  #session(id: string): SessionPart | null {
    return this.#sessions.get(id) ?? this.#enlist({ kind: 'session', id }, this.#from.sessions.enlist)
  }

  #enlist<P extends AnyPart>(aggregate: AggregateRef, enlist: (id: string) => P | null): P | null {
    if (this.#parts.length >= PARTS) return null
    const part = this.#from.store.together(this.#first.aggregate, aggregate) ? enlist(aggregate.id) : null
    if (part) this.#add(part)
    return part
  }
}

const isAgentPart = (part: AnyPart): part is AgentPart => part.aggregate.kind === 'agent'
