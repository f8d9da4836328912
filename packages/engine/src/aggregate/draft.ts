import { type Effect, effectIdOf, type PendingEffect } from '../core/effect.ts'
import type { Commit, Versioned } from '../ports/store.ts'
import type { AggregateKind, Batch, Draft } from './aggregate-kind.ts'
import { joined } from './joined.ts'

/** What decides on commands of one kind of aggregate. */
export type Deciding<S, C> = Pick<AggregateKind<S, C, Commit>, 'name' | 'now' | 'handsOver' | 'decide'>

export function createDraft<S, C>(
  { now }: Pick<Deciding<S, C>, 'now'>,
  id: string,
  before: Versioned<S> | null,
): Draft<S, C> {
  return {
    id,
    now: now(),
    before,
    after: before?.state ?? null,
    commands: [],
    events: [],
    effects: [],
    asked: 0,
    done: [],
    once: [],
  }
}

export const isCommit = <S, C>(draft: Draft<S, C>): draft is Batch<S, C> =>
  draft.after !== null && (draft.commands.length > 0 || draft.once.length > 0)

/** Decides on what was decided so far. `false` where the command changes nothing; throws what `decide` throws, and leaves the draft as it was. */
export function decideOn<S, C>(kind: Deciding<S, C>, draft: Draft<S, C>, command: C): boolean {
  const decided = kind.decide(draft.id, draft.after, command, draft.now)
  if (!decided) return false
  draft.after = decided.state
  draft.commands = joined(draft.commands, [command])
  draft.events = joined(draft.events, decided.events)
  if (decided.effects.length > 0) draft.effects = joined(draft.effects, pendingOf(kind, draft, decided.effects))
  return true
}

function pendingOf<S, C>(kind: Deciding<S, C>, draft: Draft<S, C>, effects: readonly Effect[]): PendingEffect[] {
  const { id, now, before } = draft
  const version = (before?.version ?? 0) + 1
  return effects.map((effect) => {
    const effectId = effectIdOf({ kind: kind.name, id }, version, draft.asked++)
    const pending: PendingEffect = { id: effectId, effect, at: now }
    return kind.handsOver ? { ...pending, handedOver: true } : pending
  })
}
