/** What a store or a wake queue is made of: the ports, the shapes that they carry, and parts that stores share. */
export { afterReport } from './core/agent/evolve.ts'
export type { AgentLive, AgentRegistration, AgentState } from './core/agent/state.ts'
export { effectIdOf, isEffectOf, type PendingEffect } from './core/effect.ts'
export type { CommittedEvent, EventDraft } from './core/event.ts'
export type { RoutingEntry } from './core/routing.ts'
export type { SessionEvent } from './core/session/events.ts'
export { evolveSession } from './core/session/evolve.ts'
export {
  isTerminal,
  type SessionHead,
  type SessionState,
  type TaskState,
  taskIdOf,
  taskIndexOf,
} from './core/session/state.ts'
export { compareWaiters, type Waiter } from './core/waiting-line/waiter.ts'
export { systemClock } from './local/system-clock.ts'
export type { Broadcast } from './ports/broadcast.ts'
export type { Clock } from './ports/clock.ts'
export type { KeyRecord, KeyStore } from './ports/key-store.ts'
export type { Log } from './ports/log.ts'
export type { PageRequest, StorePage } from './ports/page.ts'
export type { RecordKind, RecordStore, StoredRecord } from './ports/record-store.ts'
export {
  type AgentCommit,
  type AgentFilter,
  type AggregateRef,
  aggregateOf,
  type Commit,
  type CommitResult,
  type EventCursor,
  type LineLength,
  type OnceRecord,
  PAGE_CHARACTERS,
  type Retention,
  type SessionCommit,
  type SessionFilter,
  type Store,
  StoreFullError,
  StoreUnavailableError,
  type Versioned,
  type WakeUp,
} from './ports/store.ts'
export { type Round, SHARED_HORIZON, type WakeQueue } from './ports/wake-queue.ts'
export { type Answer, type Batch, createBatchQueue, settle } from './store-kit/batch-queue.ts'
export { type CommitListeners, committed, createCommitListeners } from './store-kit/commit-listeners.ts'
export { resultOf } from './store-kit/commit-result.ts'
export { aboutOf, aboutTextOf, eventFrom, eventOfParts } from './store-kit/event-about.ts'
export { NO_SESSIONS } from './store-kit/no-sessions.ts'
export { createPageDraft, light, pageOf, type Weighed } from './store-kit/page.ts'
export { compareTexts } from './store-kit/text-order.ts'
