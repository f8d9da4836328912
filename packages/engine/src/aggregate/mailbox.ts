/**
 * Runs commands against aggregates: load → decide → commit → tell what followed.
 *
 * Invariants
 * 1. One aggregate has at most one commit under way here. Commands that come meanwhile wait, are decided in turn on the
 *    state that the one before leaves, and share one commit.
 * 2. A command's promise resolves only after its commit is durable, or where there was nothing to commit.
 * 3. A refused commit (another node was faster) is decided again on what is then true. So is, over a shared store, a batch
 *    that would change nothing: the store has not confirmed what it was decided on, unless that was read just before.
 */
import {
  type Commit,
  type CommitResult,
  type OnceRecord,
  StoreFullError,
  StoreUnavailableError,
} from '../ports/store.ts'
import type { AggregateKind, Batch, Draft, Execution, Mailbox, Part, StepPart } from './aggregate-kind.ts'
import { createDraft, decideOn, isCommit } from './draft.ts'
import { DuplicateRequestError } from './duplicate-request-error.ts'
import { joined } from './joined.ts'
import { type Entry, KeptAggregates } from './kept/kept-aggregates.ts'

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

/** One turn of an aggregate, while it is under way. */
interface Turn<S, C> {
  entry: Entry<S, Waiting<S, C>>
  waiting: readonly Waiting<S, C>[]
  draft: Draft<S, C>
  taken: readonly Waiting<S, C>[]
  refused: readonly Refused<S, C>[]
}

/** Its commit on its way to the store, with the parts of others that go along. */
interface Sent<K> {
  commit: K
  company: readonly StepPart[]
  along: readonly Commit[]
}

/** Commands decided into one commit at most: bounds what a flood at one aggregate can make of a transaction. */
const BATCH = 64
const NOBODY: readonly [] = []

export function createMailbox<S extends object, C, K extends Commit>(kind: AggregateKind<S, C, K>): Mailbox<S, C> {
  const mailbox = new AggregateMailbox(kind)
  return {
    execute: (id, command, options) => mailbox.execute(id, command, options),
    read: (id) => mailbox.read(id),
    known: (id) => mailbox.kept.known(id),
    peek: (id) => mailbox.kept.peek(id),
    enlist: (id) => mailbox.enlist(id),
    idle: () => mailbox.idle(),
  }
}

class AggregateMailbox<S extends object, C, K extends Commit> {
  readonly kept: KeptAggregates<S, Waiting<S, C>>
  readonly #kind: AggregateKind<S, C, K>
  /** Whose next commit takes nobody along. */
  readonly #alone = new Set<string>()
  #busy = 0
  #onIdle: (() => void)[] = []

  constructor(kind: AggregateKind<S, C, K>) {
    this.#kind = kind
    this.kept = new KeptAggregates(kind)
  }

  execute(id: string, command: C, options: Execution = {}): Promise<S | null> {
    const entry = options.isNew ? this.kept.add(id, null) : this.kept.of(id)
    return new Promise((resolve, reject) => {
      const waiting = { command, options, resolve, reject }
      if (entry.queue) entry.queue.push(waiting)
      else {
        this.#occupy(entry)
        this.#take(id, entry, [waiting])
      }
    })
  }

  async read(id: string): Promise<S | null> {
    const known = this.kept.known(id)
    return known === undefined ? this.kept.readStore(id, this.kept.of(id)) : known
  }

  enlist(id: string): Part<S, C> | null {
    const entry = this.kept.of(id)
    if (entry.queue || !entry.current || !this.kept.isKnown(entry)) return null
    this.#occupy(entry)
    const draft = createDraft<S, C>(this.#kind, id, entry.current)
    return this.#partOf({ entry, waiting: NOBODY, draft, taken: NOBODY, refused: NOBODY })
  }

  async idle(): Promise<void> {
    if (this.#busy > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve))
  }

  #occupy(entry: Turn<S, C>['entry']): void {
    entry.queue = []
    entry.turns += 1
    this.#busy += 1
  }

  /**
   * Decides and commits what waits, then comes here again, until nothing does. Continuations, as two asynchronous functions
   * here cost a twentieth of what a report costs.
   */
  #goOn(id: string, entry: Turn<S, C>['entry'], again: readonly Waiting<S, C>[] = NOBODY): void {
    const later = entry.queue ?? []
    if (again.length + later.length === 0) return this.#rest(id, entry)
    const queue = [...again, ...later]
    const waiting = queue.splice(0, batchLength(queue))
    entry.queue = queue
    this.#take(id, entry, waiting)
  }

  #take(id: string, entry: Turn<S, C>['entry'], waiting: Waiting<S, C>[]): void {
    if (this.kept.isKnown(entry)) return this.#step(id, entry, waiting, !this.#kind.store.shared)
    entry.generation = this.#kind.store.generation
    this.#kind.load(id).then(
      (current) => {
        entry.current = current
        this.#step(id, entry, waiting, true)
      },
      (error) => this.#fail(id, { entry, waiting }, error),
    )
  }

  #rest(id: string, entry: Turn<S, C>['entry']): void {
    this.kept.rest(id, entry)
    this.#busy -= 1
    if (this.#busy === 0) for (const resolve of this.#onIdle.splice(0)) resolve()
  }

  #fail(id: string, { entry, waiting }: Pick<Turn<S, C>, 'entry' | 'waiting'>, error: unknown): void {
    entry.current = undefined
    if (isStoreAway(error)) this.#kind.health.writable = false
    for (const one of waiting) one.reject(error)
    this.#goOn(id, entry)
  }

  /** Decides and commits. `certain`: the state is what is true now. */
  #step(id: string, entry: Turn<S, C>['entry'], waiting: readonly Waiting<S, C>[], certain: boolean): void {
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
    const company = (this.#alone.delete(batch.id) ? undefined : this.#kind.company?.(this.#partOf(turn))) ?? NOBODY
    if (company.length > 0) return this.#commitTogether(turn, batch, company)
    const shaped = this.#kind.toCommit(batch)
    if (!(shaped instanceof Promise)) return this.#send(turn, batch, { commit: shaped, company, along: NOBODY })
    shaped
      .then((commit) => this.#send(turn, batch, { commit, company, along: NOBODY }))
      .catch((error) => this.#fail(batch.id, turn, error))
  }

  #commitTogether(turn: Turn<S, C>, batch: Batch<S, C>, company: readonly StepPart[]): void {
    const shape = async (): Promise<Sent<K>> => {
      const [commit, along] = await Promise.all([
        this.#kind.toCommit(batch),
        Promise.all(company.map((part) => part.shape())),
      ])
      return { commit, company, along }
    }
    shape()
      .then((sent) => this.#send(turn, batch, sent))
      .catch((error) => this.#failTogether(turn, company, error))
  }

  #send(turn: Turn<S, C>, batch: Batch<S, C>, sent: Sent<K>): void {
    this.#kind.store.commit(sent.commit, sent.along).then(
      (result) => this.#conclude(turn, batch, sent, result),
      (error) => this.#failTogether(turn, sent.company, error),
    )
  }

  #failTogether(turn: Turn<S, C>, company: readonly StepPart[], error: unknown): void {
    for (const part of company) part.abandon(true)
    // What another aggregate cannot do must not be this one's failure: it is asked by an effect instead.
    if (company.length === 0 || isStoreAway(error)) return this.#fail(turn.draft.id, turn, error)
    this.#alone.add(turn.draft.id)
    this.#again(turn)
  }

  /** A commit that is refused is decided again, on what is then true. */
  #conclude(turn: Turn<S, C>, batch: Batch<S, C>, sent: Sent<K>, result: CommitResult): void {
    const { entry, waiting } = turn
    const { id } = batch
    if (!result.ok) {
      for (const part of sent.company) part.abandon(true)
      if (result.reason === 'conflict') return this.#again(turn)
      return this.#goOn(id, entry, withoutDuplicates(waiting, result.records))
    }
    this.#kind.health.writable = true
    entry.current = { version: result.version, state: batch.after }
    for (const part of sent.company) part.conclude()
    answer(turn)
    this.#tell(entry, batch, sent.commit)
    for (const [index, part] of sent.company.entries()) {
      const commit = sent.along[index]
      if (commit) part.tell(commit)
    }
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

  #decideAll(id: string, entry: Turn<S, C>['entry'], waiting: readonly Waiting<S, C>[]): Turn<S, C> {
    const draft = createDraft<S, C>(this.#kind, id, entry.current ?? null)
    const refused: Refused<S, C>[] = []
    for (const one of waiting) {
      try {
        const { done, once } = one.options
        decideOn(this.#kind, draft, one.command)
        if (done) draft.done = joined(draft.done, [done])
        if (once) draft.once = joined(draft.once, [once])
      } catch (error) {
        refused.push({ one, error })
      }
    }
    const taken = refused.length === 0 ? waiting : waiting.filter((one) => !refused.some((no) => no.one === one))
    return { entry, waiting, draft, taken, refused }
  }

  /** The turn as a part of a step. */
  #partOf({ entry, draft }: Turn<S, C>): Part<S, C> {
    const kind = this.#kind
    const { id } = draft
    return {
      aggregate: { kind: kind.name, id },
      draft,
      decide(command) {
        if (decideOn(kind, draft, command)) return 'changed'
        return kind.store.shared ? 'unsure' : 'unchanged'
      },
      shape() {
        if (!isCommit(draft)) throw new Error(`Nothing was decided of ${kind.name} ${id}`)
        return kind.toCommit(draft)
      },
      conclude() {
        if (draft.after) entry.current = { version: versionAfter(draft), state: draft.after }
      },
      tell: (commit) => this.#tell(entry, draft, commit),
      abandon: (stale) => {
        if (stale) entry.current = undefined
        this.#goOn(id, entry)
      },
    }
  }

  /** Tells what followed, then goes on. */
  #tell(entry: Turn<S, C>['entry'], draft: Draft<S, C>, commit: Commit): void {
    try {
      // Whoever shaped the commit is told of it.
      if (isCommit(draft)) this.#kind.committed(draft, versionAfter(draft), commit as K)
    } catch (error) {
      return this.#fail(draft.id, { entry, waiting: NOBODY }, error)
    }
    this.#goOn(draft.id, entry)
  }
}

const isStoreAway = (error: unknown): boolean =>
  error instanceof StoreFullError || error instanceof StoreUnavailableError

const versionAfter = ({ before }: Pick<Draft<unknown, unknown>, 'before'>): number => (before?.version ?? 0) + 1

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
