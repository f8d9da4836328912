/**
 * The durable truth: aggregates, their events, what waits, and what is still to be carried out.
 *
 * Every adapter guarantees, and `test/store-contract` checks:
 * 1. A commit, with those that go along, is atomic and durable when its promise resolves; a refused one leaves nothing behind.
 * 2. It is refused with `conflict` unless each aggregate stands at its `expectedVersion`.
 * 3. Events of a partition get positions that rise by one, in commit order, of committed events alone.
 * 4. What a resolved commit wrote is in every later read.
 * 5. Commits that arrive together may share one transaction; one that is refused spoils none of the others.
 */

import type { Json, ReadOrder, SessionStatus, StoredWorkflow, WorkflowDefinition } from '@opscore/contract'
import type { AgentLive, AgentRegistration, AgentState } from '../core/agent/state.ts'
import type { AggregateRef, PendingEffect } from '../core/effect.ts'
import type { CommittedEvent, EventDraft } from '../core/event.ts'
import type { RoutingEntry } from '../core/routing.ts'
import type { SessionHead, SessionState, TaskState } from '../core/session/state.ts'
import type { Waiter } from '../core/waiting-line/waiter.ts'
import type { PageRequest, StorePage } from './page.ts'
import type { RecordStore } from './record-store.ts'

export type { AggregateRef, RoutingEntry }

export interface Versioned<S> {
  version: number
  state: S
}

/** A record that makes a request count once: an `Idempotency-Key`, or a webhook's signature. */
export interface OnceRecord {
  key: string
  /** Hash of the body, so that the same key with another body can be told apart. */
  fingerprint: string
  answer: Json
  /** Epoch milliseconds; beyond it the key is free again. */
  expiresAt: number
}

interface CommitBase {
  /** The version it was decided on; 0 where the aggregate must not exist yet. Its version rises by one. */
  expectedVersion: number
  events: EventDraft[]
  /** When the aggregate wants to be looked at next; epoch milliseconds. A session that has ended wants nothing. */
  wakeAt: number | null
  /** To be carried out after the commit, kept until some commit or `settle` names them in `done`. */
  effects: PendingEffect[]
  done: string[]
  once?: OnceRecord[]
}

export interface AgentCommit extends CommitBase {
  kind: 'agent'
  agentId: string
  /** Absent where this commit left it as it was. */
  registration?: AgentRegistration
  live: AgentLive
  /**
   * The only event is a report, and `live` is `afterReport` of what was there before, whose places and `echoes` it leaves as
   * they are: so a store may keep the event and leave `live` as it is, until a commit without this.
   */
  reportOnly?: true
  /** Absent where the routing index stays as it is; `after: null` takes the agent out. */
  routing?: { before: RoutingEntry | null; after: RoutingEntry | null }
}

export interface SessionCommit extends CommitBase {
  kind: 'session'
  sessionId: string
  head: SessionHead
  /** The tasks that this commit changed; every one in the commit after a `startOnly`. */
  tasks: TaskState[]
  /** The session's first commit, a short one: head and tasks are what its events fold to, and need not be kept beside them. */
  startOnly?: true
  /** Joining again moves the waiter to its new line; leaving is by attempt. A session's first commit leaves none. */
  waiters: { join: Waiter[]; leave: string[] }
  /** An inline definition to be kept under its hash. */
  definition?: { hash: string; definition: WorkflowDefinition }
}

export type Commit = AgentCommit | SessionCommit

export const aggregateOf = (commit: Commit): AggregateRef =>
  commit.kind === 'agent' ? { kind: 'agent', id: commit.agentId } : { kind: 'session', id: commit.sessionId }

export type CommitResult =
  | { ok: true; version: number }
  | { ok: false; reason: 'conflict' }
  | { ok: false; reason: 'duplicate'; records: OnceRecord[] }

export interface AgentFilter {
  state?: string[]
  capability?: string[]
}

export interface SessionFilter {
  status?: SessionStatus[]
  agentId?: string[]
  workflowId?: string[]
  /** Epoch milliseconds, on the session's start. */
  startedFrom?: number
  startedTo?: number
}

/**
 * A page ends with the item with which the text that its items are stored as comes to this, in characters (bytes where a
 * store counts those), as 200 events may hold 60 MB.
 */
export const PAGE_CHARACTERS = 4 * 1024 * 1024

export interface LineLength {
  line: string
  waiting: number
}

export interface WakeUp extends AggregateRef {
  version: number
  at: number
  /** What an agent could do before this version: whose lines are looked at as well, as the agent itself does not say. */
  lost?: readonly string[]
}

/** One position for each partition; an event at or below it has been seen. */
export type EventCursor = readonly number[]

export interface Retention {
  /** Agents' events, and tombstones of agents, older than this go; epoch milliseconds. */
  agentEventsBefore: number
  /** Sessions that ended before this go whole. */
  sessionsEndedBefore: number
  /** Once-records, and records of the engine's own, that expired before this go. */
  now: number
}

export interface Store extends RecordStore {
  readonly partitions: number
  /** Other processes write to it too: what was read before may not hold any more. */
  readonly shared: boolean
  /**
   * Rises whenever the store was away and may have come back older than what was acknowledged or read: nothing that was
   * read before holds. 0 for ever where that cannot be.
   */
  readonly generation: number
  /** It can be read and written, as far as is known: whether the process should be sent work. */
  readonly available: boolean

  /** Whether both lie in one partition, so that their commits can go along with each other. */
  together(one: AggregateRef, other: AggregateRef): boolean
  /**
   * `along` holds commits of other aggregates that lie together with it: all take effect, or none does. The version in the
   * result is that of `commit`; each of the others rises by one as well.
   */
  commit(commit: Commit, along?: readonly Commit[]): Promise<CommitResult>
  /** Marks effects done where no commit does. Idempotent. */
  settle(effectIds: string[]): Promise<void>

  /** A deregistered agent is still loaded (`live.deregisteredAt`), as its version goes on. */
  loadAgent(agentId: string): Promise<Versioned<AgentState> | null>
  loadSession(sessionId: string): Promise<Versioned<SessionState> | null>
  /** `home` is the aggregate whose commit holds the record, so that it can be found where that lies. */
  findOnce(key: string, home: AggregateRef, now: number): Promise<OnceRecord | null>

  /** Registered agents in order of id. */
  listAgents(filter: AgentFilter, page: PageRequest): Promise<StorePage<AgentState>>
  /** Agents with the capability, those that are ready first, then by load, then least recently used. */
  candidates(capability: string, limit: number): Promise<RoutingEntry[]>
  countAgents(): Promise<number>

  /** Newest first; those of one moment in an order of the store's own. */
  listSessions(filter: SessionFilter, page: PageRequest): Promise<StorePage<SessionHead>>
  /** How many sessions have each status; every status is there. */
  countSessions(): Promise<Record<SessionStatus, number>>

  /** Newest first: the agent's `agent.state_changed` and registration events. */
  agentHistory(agentId: string, page: PageRequest): Promise<StorePage<CommittedEvent>>
  /** Every event of the session, oldest first where no `order` says otherwise. A page's `next` goes on in its own order. */
  sessionEvents(sessionId: string, page: PageRequest & { order?: ReadOrder }): Promise<StorePage<CommittedEvent>>

  /**
   * Events after the cursor, oldest first within each partition, at most `limit`; none after the one with which their data
   * comes to `characters` as JSON.
   */
  events(after: EventCursor, limit: number, characters?: number): Promise<CommittedEvent[]>
  /** The newest position of each partition. */
  head(): Promise<EventCursor>
  /** The highest position of each partition that has been trimmed; a cursor below it has missed events. */
  trimmed(): Promise<EventCursor>
  /**
   * Called with committed events in order, once they are durable. A shared store announces the commits of all processes,
   * in order and gap-free for each partition. Returns what ends it.
   */
  onCommitted(listener: (events: readonly CommittedEvent[]) => void): () => void

  /** The first of several lines taken together, in their order. */
  waiters(lines: string[], limit: number): Promise<Waiter[]>
  /** The lines that somebody stands in, in order of name. */
  openLines(page: PageRequest): Promise<StorePage<string>>
  /** The same lines, with how many stand in each. */
  lineLengths(page: PageRequest): Promise<StorePage<LineLength>>
  /** Oldest first, as far as partitions can be compared. `before`: only those committed at or before that time. */
  pendingEffects(page: PageRequest & { before?: number }): Promise<StorePage<PendingEffect>>
  /** What one aggregate has asked for and is still to be carried out, oldest first. */
  effectsOf(aggregate: AggregateRef): Promise<PendingEffect[]>
  /**
   * Aggregates that want to be looked at, each at its last word, in an order of the store's own. `before`: only those
   * that want it at or before that time; epoch milliseconds.
   */
  wakeUps(page: PageRequest & { before?: number }): Promise<StorePage<WakeUp>>

  /** Stores a definition: unchanged content keeps its revision, changed content gets the next. */
  putWorkflow(input: {
    definition: WorkflowDefinition
    hash: string
    now: number
    /** Refused with `mismatch` unless the stored hash is one of these; `[]` means it must not exist. */
    ifMatch?: string[]
    /** Leaves a known id as it is. */
    onlyIfUnknown?: boolean
  }): Promise<{ outcome: 'created' | 'updated' | 'unchanged'; workflow: StoredWorkflow } | { outcome: 'mismatch' }>
  getWorkflow(id: string): Promise<StoredWorkflow | null>
  listWorkflows(page: PageRequest): Promise<StorePage<StoredWorkflow>>
  /** `false` where it was not known. Sessions keep their own definition. */
  deleteWorkflow(id: string, ifMatch?: string[]): Promise<'deleted' | 'unknown' | 'mismatch'>
  /** By content hash; kept as long as a session or a workflow needs it. */
  getDefinition(hash: string): Promise<WorkflowDefinition | null>

  /** Removes what its retention allows, in small steps. Returns how many rows went. */
  trim(retention: Retention): Promise<number>
  close(): Promise<void>
}

/** The disk is full: nothing of the batch was written, and the store goes on (reliability.md, SQLite). */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError'
}

/** The store cannot take writes now; `retryAfter` in seconds. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
  readonly retryAfter: number

  constructor(message: string, retryAfter = 1) {
    super(message)
    this.retryAfter = retryAfter
  }
}
