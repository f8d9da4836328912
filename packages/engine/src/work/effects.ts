/**
 * Carries out what commits ask for: messages between aggregates, and messages to agents. At least once: an effect stays
 * in the store until the commit that takes its outcome in names it done, and a sweep finds what was left behind.
 */

import type { Agents, Sessions } from '../aggregate/agents-and-sessions.ts'
import { DomainError } from '../core/domain-error.ts'
import { askerOf, messageOf, type PendingEffect } from '../core/effect.ts'
import type { Inbox } from '../inbox/inbox.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'
import type { Dispatch } from './dispatch.ts'
import type { Router } from './router.ts'

export interface Effects {
  carryOut(effects: readonly PendingEffect[]): void
  /** Carries out what could not be carried out here, where the store is shared and others would find it later only. */
  again(): Promise<void>
  /** Stops taking effects on, and resolves when those under way have ended. What is left stays in the store. */
  close(): Promise<void>
}

/** What agents that answer at all get to answer in when Ops-Core stops, in milliseconds; those that hang do not hold it up. */
const GRACE = 2_000

export function createEffects(parts: {
  store: Store
  clock: Clock
  agents: Agents
  sessions: Sessions
  router: Router
  dispatch: Dispatch
  inbox: Pick<Inbox, 'file'>
  log: Log
  /** Something stays undone for now. */
  trouble: () => void
}): Effects {
  /** Ids under way here, so that a sweep does not carry one out twice. */
  const underWay = new Map<string, Promise<void>>()
  const left = new Map<string, PendingEffect>()
  let closed = false

  async function carryOutOne(pending: PendingEffect): Promise<void> {
    const { id, effect } = pending
    try {
      await carry(pending)
    } catch (error) {
      await leftUndone(pending, error)
    } finally {
      if (effect.type === 'assigned') parts.router.settled(effect.attemptId)
      underWay.delete(id)
    }
  }

  async function leftUndone(pending: PendingEffect, error: unknown): Promise<void> {
    const { id, effect } = pending
    const isGone = error instanceof DomainError && error.code === 'SESSION_NOT_FOUND'
    if (
      isGone &&
      (await parts.store.settle([id]).then(
        () => true,
        () => false,
      ))
    )
      return
    parts.log.warn(
      { effect: effect.type, error: String(error) },
      'An effect could not be carried out and stays pending',
    )
    if (parts.store.shared) left.set(id, pending)
    parts.trouble()
  }

  function carry(pending: PendingEffect): Promise<unknown> {
    const { id, effect, at } = pending
    const message = messageOf(pending)
    if (message?.to === 'agent') return parts.agents.execute(message.id, message.command, { done: id })
    if (message) return parts.sessions.execute(message.id, message.command, { done: id })
    if (effect.type === 'cancel') return parts.dispatch.cancel(effect, id)
    if (effect.type === 'inbox') return parts.inbox.file(effect, id)
    if (effect.type === 'dispatch') return parts.dispatch.send(effect, id, at)
    throw new Error(`Nobody carries out ${effect.type}`)
  }

  function carryOut(effects: readonly PendingEffect[]): void {
    if (closed) return
    for (const pending of effects) {
      if (!underWay.has(pending.id)) underWay.set(pending.id, carryOutOne(pending))
    }
  }

  return {
    carryOut,
    async again() {
      for (const [id, effect] of [...left]) {
        // Another process may have been asked meanwhile: what it heard must not be said to it again much later.
        const pending = await parts.store.effectsOf(askerOf(id))
        left.delete(id)
        if (pending.some((one) => one.id === id)) carryOut([effect])
      }
    },
    async close() {
      closed = true
      const callOff = parts.clock.at(parts.clock.now() + GRACE, () => parts.dispatch.stop())
      await Promise.allSettled(underWay.values())
      callOff()
    },
  }
}
