/**
 * Runs commands against aggregates: load → decide → commit → hand on the effects.
 *
 * Invariants
 * 1. One aggregate has at most one commit under way here. Commands that come meanwhile wait, are decided in turn on the
 *    state that the one before leaves, and share one commit.
 * 2. What is kept in memory is what has been committed, never more: a read of it is a durable read. Over a shared store it
 *    may have been overtaken, so a read asks the store.
 * 3. A command's promise resolves only after its commit is durable, or where there was nothing to commit.
 * 4. A refused commit (another node was faster) is decided again on what is then true. So is, over a shared store, a batch
 *    that would change nothing: the store has not confirmed what it was decided on, unless that was read just before.
 */
import { type Effect, effectIdOf, type PendingEffect } from '../core/effect.ts'
import type { EventDraft } from '../core/event.ts'
import {
  type Commit,
  type CommitResult,
  type OnceRecord,
  type Store,
  StoreFullError,
  StoreUnavailableError,
  type Versioned,
} from '../ports/store.ts'
import { DuplicateRequestError } from './duplicate-request-error.ts'
import { joined } from './joined.ts'
import { RecentMap } from './recent-map.ts'
import { TriedMap } from './tried-map.ts'

export interface Decided<S> {
  state: S
  events: EventDraft[]
  effects: Effect[]
}

/** What one commit is made of, for the kind of aggregate to shape. */
export interface Batch<S, C> {
  id: string
  /** When it was decided, in epoch milliseconds. */
  now: number
  before: Versioned<S> | null
  after: S
  commands: C[]
  events: EventDraft[]
  effects: PendingEffect[]
  done: string[]
  once: OnceRecord[]
}

export interface Execution {
  /** The effect that this command carries out; marked done with the commit. */
  done?: string
  once?: OnceRecord
  /** The id was made just now: there is nothing to be loaded. */
  isNew?: boolean
}

/** How a kind of aggregate is loaded, decided and committed. */
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
  committed: (batch: Batch<S, C>, version: number, commit: K) => void
  /** Says whether the last write got through. */
  health: { writable: boolean }
  /** What the aggregates kept in memory may weigh together; those under way come on top. */
  capacity: number
  /** What those may weigh that have not been asked for since their first command; absent where they count as the others do. */
  trial?: number
  /** `null` is what an id weighs that nothing is known of. What outweighs `capacity` is read again each time instead. */
  weight: (state: S | null) => number
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
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>
}

interface Waiting<S, C> {
  command: C
  options: Execution
  resolve: (state: S | null) => void
  reject: (error: unknown) => void
}

interface Refused<S, C> {
  one: Waiting<S, C>
  error: unknown
}

/** What one turn of an aggregate decides: no commit where nothing changes, or where there is nothing yet. */
type Draft<S, C> = Omit<Batch<S, C>, 'after'> & { after: S | null }

/** One turn, while it is under way. */
interface Turn<S, C> {
  entry: Entry<S, C>
  waiting: readonly Waiting<S, C>[]
  draft: Draft<S, C>
  taken: readonly Waiting<S, C>[]
  refused: readonly Refused<S, C>[]
}

interface Entry<S, C> {
  /** Commands that wait for the ones under way; `null` where nothing is under way, as it is with nearly all. */
  queue: Waiting<S, C>[] | null
  /** How often something began: what was read from the store before the last time may be older than what it left. */
  turns: number
  weight: number
  /** `undefined` while it is not known. */
  current: Versioned<S> | null | undefined
  /** The store's generation in which `current` was read or confirmed: it holds in no other. */
  generation: number
}

/** Commands decided into one commit at most: bounds what a flood at one aggregate can make of a transaction. */
const BATCH = 64

export function createMailbox<S extends object, C, K extends Commit>(kind: AggregateKind<S, C, K>): Mailbox<S, C> {
  return new AggregateMailbox(kind)
}

class AggregateMailbox<S extends object, C, K extends Commit> implements Mailbox<S, C> {
  readonly #kind: AggregateKind<S, C, K>
  readonly #entries: RecentMap<Entry<S, C>> | TriedMap<Entry<S, C>>
  #busy = 0
  #onIdle: (() => void)[] = []

  constructor(kind: AggregateKind<S, C, K>) {
    this.#kind = kind
    const isAtWork = (entry: Entry<S, C>): boolean => entry.queue !== null
    const { capacity, trial } = kind
    this.#entries = trial ? new TriedMap(capacity, trial, isAtWork) : new RecentMap(capacity, isAtWork)
  }

  execute(id: string, command: C, options: Execution = {}): Promise<S | null> {
    const entry = options.isNew ? this.#entryFor(id, null) : this.#entryOf(id)
    return new Promise((resolve, reject) => {
      const waiting = { command, options, resolve, reject }
      if (entry.queue) entry.queue.push(waiting)
      else this.#begin(id, entry, waiting)
    })
  }

  async read(id: string): Promise<S | null> {
    const known = this.known(id)
    return known === undefined ? this.#readStore(id, this.#entryOf(id)) : known
  }

  known(id: string): S | null | undefined {
    const { current } = this.#entryOf(id)
    if (this.#kind.store.shared || current === undefined) return undefined
    return current?.state ?? null
  }

  async peek(id: string): Promise<S | null> {
    const entry = this.#entryOf(id)
    if (this.#isKnown(entry)) return entry.current?.state ?? null
    return this.#readStore(id, entry)
  }

  async idle(): Promise<void> {
    if (this.#busy > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve))
  }

  async #readStore(id: string, entry: Entry<S, C>): Promise<S | null> {
    const { shared, generation } = this.#kind.store
    const { queue, turns } = entry
    const loaded = await this.#kind.load(id)
    // A commit may have landed while the store was read. What is kept here is decided on, so it must not be older.
    const isNewest = queue === null && entry.turns === turns && (shared || entry.current === undefined)
    if (isNewest && this.#weigh(id, entry, loaded)) Object.assign(entry, { current: loaded, generation })
    return (shared ? loaded : (entry.current ?? loaded))?.state ?? null
  }

  #isKnown(entry: Entry<S, C>): boolean {
    return entry.current !== undefined && entry.generation === this.#kind.store.generation
  }

  #entryOf(id: string): Entry<S, C> {
    return this.#entries.get(id) ?? this.#entryFor(id, undefined)
  }

  /** For an id that has none. */
  #entryFor(id: string, current: Entry<S, C>['current']): Entry<S, C> {
    const { generation } = this.#kind.store
    const weight = this.#kind.weight(null)
    const entry: Entry<S, C> = { queue: null, turns: 0, weight, current, generation }
    this.#entries.set(id, entry)
    return entry
  }

  /** `false` where it is too heavy to be kept. */
  #weigh(id: string, entry: Entry<S, C>, current: Versioned<S> | null): boolean {
    const weight = this.#kind.weight(current?.state ?? null)
    if (weight > this.#kind.capacity) return false
    if (weight !== entry.weight) this.#entries.reweigh(id, entry, weight)
    return true
  }

  #begin(id: string, entry: Entry<S, C>, first: Waiting<S, C>): void {
    entry.queue = []
    entry.turns += 1
    this.#busy += 1
    this.#take(id, entry, [first])
  }

  /**
   * Decides and commits what waits, then comes here again, until nothing does. Continuations, as two asynchronous functions
   * here cost a twentieth of what a report costs.
   */
  #goOn(id: string, entry: Entry<S, C>, again: readonly Waiting<S, C>[] = []): void {
    const later = entry.queue ?? []
    if (again.length + later.length === 0) return this.#rest(id, entry)
    const queue = [...again, ...later]
    const waiting = queue.splice(0, batchLength(queue))
    entry.queue = queue
    this.#take(id, entry, waiting)
  }

  #take(id: string, entry: Entry<S, C>, waiting: Waiting<S, C>[]): void {
    if (this.#isKnown(entry)) return this.#step(id, entry, waiting, !this.#kind.store.shared)
    entry.generation = this.#kind.store.generation
    this.#kind.load(id).then(
      (current) => {
        entry.current = current
        this.#step(id, entry, waiting, true)
      },
      (error) => this.#fail(id, { entry, waiting }, error),
    )
  }

  #rest(id: string, entry: Entry<S, C>): void {
    entry.queue = null
    if (entry.current && !this.#weigh(id, entry, entry.current)) this.#entries.delete(id)
    this.#busy -= 1
    if (this.#busy === 0) for (const resolve of this.#onIdle.splice(0)) resolve()
  }

  #fail(id: string, { entry, waiting }: Pick<Turn<S, C>, 'entry' | 'waiting'>, error: unknown): void {
    entry.current = undefined
    if (error instanceof StoreFullError || error instanceof StoreUnavailableError) this.#kind.health.writable = false
    for (const one of waiting) one.reject(error)
    this.#goOn(id, entry)
  }

  /** Decides and commits. `certain`: the state is what is true now. */
  #step(id: string, entry: Entry<S, C>, waiting: readonly Waiting<S, C>[], certain: boolean): void {
    try {
      const turn = this.#decideAll(id, entry, waiting)
      if (isCommit(turn.draft)) this.#commit(turn, turn.draft)
      else if (certain) this.#settle(turn)
      else this.#again(turn)
    } catch (error) {
      this.#fail(id, { entry, waiting }, error)
    }
  }

  #commit(turn: Turn<S, C>, batch: Batch<S, C>): void {
    const shaped = this.#kind.toCommit(batch)
    if (!(shaped instanceof Promise)) return this.#send(turn, batch, shaped)
    shaped.then((commit) => this.#send(turn, batch, commit)).catch((error) => this.#fail(batch.id, turn, error))
  }

  #send(turn: Turn<S, C>, batch: Batch<S, C>, commit: K): void {
    this.#kind.store.commit(commit).then(
      (result) => this.#conclude(turn, batch, commit, result),
      (error) => this.#fail(batch.id, turn, error),
    )
  }

  /** A commit that is refused is decided again, on what is then true. */
  #conclude(turn: Turn<S, C>, batch: Batch<S, C>, commit: K, result: CommitResult): void {
    const { entry, waiting } = turn
    const { id } = batch
    if (!result.ok) {
      if (result.reason === 'conflict') return this.#again(turn)
      return this.#goOn(id, entry, withoutDuplicates(waiting, result.records))
    }
    this.#kind.health.writable = true
    entry.current = { version: result.version, state: batch.after }
    answer(turn)
    try {
      this.#kind.committed(batch, result.version, commit)
    } catch (error) {
      return this.#fail(id, turn, error)
    }
    this.#goOn(id, entry)
  }

  /** Nothing is to be committed. */
  #settle(turn: Turn<S, C>): void {
    const { id, done } = turn.draft
    const settled = (): void => {
      answer(turn)
      this.#goOn(id, turn.entry)
    }
    if (done.length === 0) return settled()
    this.#kind.store.settle(done).then(settled, (error) => this.#fail(id, turn, error))
  }

  /** What they were decided on may not hold. */
  #again({ draft, entry, waiting }: Turn<S, C>): void {
    entry.current = undefined
    this.#goOn(draft.id, entry, waiting)
  }

  #decideAll(id: string, entry: Entry<S, C>, waiting: readonly Waiting<S, C>[]): Turn<S, C> {
    const before = entry.current ?? null
    const draft: Draft<S, C> = {
      id,
      now: this.#kind.now(),
      before,
      after: before?.state ?? null,
      commands: [],
      events: [],
      effects: [],
      done: [],
      once: [],
    }
    const refused: Refused<S, C>[] = []
    for (const one of waiting) {
      try {
        this.#decide(draft, one)
      } catch (error) {
        refused.push({ one, error })
      }
    }
    const taken = refused.length === 0 ? waiting : waiting.filter((one) => !refused.some((no) => no.one === one))
    return { entry, waiting, draft, taken, refused }
  }

  #decide(draft: Draft<S, C>, { command, options }: Waiting<S, C>): void {
    const decided = this.#kind.decide(draft.id, draft.after, command, draft.now)
    if (decided) {
      draft.after = decided.state
      draft.commands = joined(draft.commands, [command])
      draft.events = joined(draft.events, decided.events)
      if (decided.effects.length > 0) draft.effects = joined(draft.effects, this.#pending(draft, decided.effects))
    }
    if (options.done) draft.done = joined(draft.done, [options.done])
    if (options.once) draft.once = joined(draft.once, [options.once])
  }

  #pending({ id, now, before, effects: earlier }: Draft<S, C>, effects: readonly Effect[]): PendingEffect[] {
    const { name, handsOver } = this.#kind
    const version = (before?.version ?? 0) + 1
    return effects.map((effect, index) => {
      const effectId = effectIdOf({ kind: name, id }, version, earlier.length + index)
      const pending: PendingEffect = { id: effectId, effect, at: now }
      return handsOver ? { ...pending, handedOver: true } : pending
    })
  }
}

const isCommit = <S, C>(draft: Draft<S, C>): draft is Batch<S, C> =>
  draft.after !== null && (draft.commands.length > 0 || draft.once.length > 0)

function answer<S, C>({ taken, refused, draft }: Turn<S, C>): void {
  for (const one of taken) one.resolve(draft.after)
  for (const { one, error } of refused) one.reject(error)
}

/** How many of those that wait go together: two under one once-key do not, so that the second finds the first's record. */
function batchLength<S, C>(queue: readonly Waiting<S, C>[]): number {
  if (queue.length === 1) return 1
  const keys = new Set<string>()
  const end = queue.findIndex(({ options: { once } }, index) => {
    if (index === BATCH || (once && keys.has(once.key))) return true
    if (once) keys.add(once.key)
    return false
  })
  return end === -1 ? queue.length : end
}

function withoutDuplicates<S, C>(waiting: readonly Waiting<S, C>[], records: OnceRecord[]): Waiting<S, C>[] {
  const byKey = new Map(records.map((record) => [record.key, record]))
  return waiting.filter((one) => {
    const record = one.options.once && byKey.get(one.options.once.key)
    if (record) one.reject(new DuplicateRequestError(record))
    return !record
  })
}
