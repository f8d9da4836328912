/** What an aggregate is to the engine: how a kind of it is loaded, decided and committed. */
import type { AggregateRef, Effect, PendingEffect } from '../core/effect.ts'
import type { EventDraft } from '../core/event.ts'
import type { Commit, OnceRecord, Store, Versioned } from '../ports/store.ts'

/** One aggregate's part in a step. */
export interface StepPart {
  /** The commit of what was decided. */
  shape(): Commit | Promise<Commit>
  /** The step is durable: what was decided is what is true. */
  conclude(): void
  /** Tells what followed from it. After every part is concluded. */
  tell(commit: Commit): void
  /** Nothing of it was committed. `stale`: what it was decided on may not hold. */
  abandon(stale: boolean): void
}

export interface Part<S, C> extends StepPart {
  readonly aggregate: AggregateRef
  readonly draft: Draft<S, C>
  /** Decides on what was decided so far. `false` where that changes nothing, or nobody can say whether it would. */
  decide(command: C): 'changed' | 'unchanged' | 'unsure'
}

export interface Decided<S> {
  state: S
  events: EventDraft[]
  effects: Effect[]
}

/** What is decided of an aggregate, while it grows: there is nothing to be committed while it has no command and no record. */
export interface Draft<S, C> {
  id: string
  /** When it is decided, in epoch milliseconds. */
  now: number
  before: Versioned<S> | null
  after: S | null
  commands: C[]
  events: EventDraft[]
  effects: PendingEffect[]
  /** How many effects were asked for, those among them that are carried out in the same step: numbers the next. */
  asked: number
  done: string[]
  once: OnceRecord[]
}

/** What one commit is made of, for the kind of aggregate to shape. */
export type Batch<S, C> = Draft<S, C> & { after: S }

export interface Execution {
  /** The effect that this command carries out; marked done with the commit. */
  done?: string
  once?: OnceRecord
  /** The id was made just now: there is nothing to be loaded. */
  isNew?: boolean
}

export interface AggregateKind<S, C, K extends Commit> {
  /** Keeps apart the effects of an agent and a session that share an id. */
  name: K['kind']
  store: Store
  now: () => number
  /** Effects are carried out by other processes. */
  handsOver: boolean
  load: (id: string) => Promise<Versioned<S> | null>
  /** `null` where the command changes nothing. What it lists must be its own: a commit may take the list as it is. */
  decide: (id: string, state: S | null, command: C, now: number) => Decided<S> | null
  toCommit: (batch: Batch<S, C>) => K | Promise<K>
  /** The parts of other aggregates that belong to the same commit; what they do is no longer among the effects. */
  company?: (part: Part<S, C>) => readonly StepPart[]
  committed: (batch: Batch<S, C>, version: number, commit: K) => void
  /** Says whether the last write got through. */
  health: { writable: boolean }
  /** What the aggregates kept in memory may weigh together; those under way come on top. */
  capacity: number
  /** What those may weigh that have not been asked for since their first command, and those that are over; absent where they count as the others do. */
  trial?: number
  /** `null` is what an id weighs that nothing is known of. What outweighs `capacity` is read again each time instead. */
  weight: (state: S | null) => number
  /** Next to nothing is to come of it any more, so it soon leaves memory; who asks for it then reads the store. */
  isOver?: (state: S) => boolean
}

export interface Mailbox<S, C> {
  /**
   * Resolves with the state after the command, once that is durable; `null` where there is none and the command made
   * none. Rejects with what `decide` threw.
   */
  execute(id: string, command: C, options?: Execution): Promise<S | null>
  /** The committed state, as new as anything acknowledged by whatever process; `null` where there is none. */
  read(id: string): Promise<S | null>
  /** What `read` resolves with, where that is known without asking the store; else `undefined`. */
  known(id: string): S | null | undefined
  /** The committed state as it is known here, which may be older; for what never changes, or is checked later on. */
  peek(id: string): Promise<S | null>
  /** Takes part in the step of another aggregate; `null` where it is at work, or not known here. */
  enlist(id: string): Part<S, C> | null
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>
}
