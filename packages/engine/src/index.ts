/** The engine: agents, sessions and what moves them, over ports that somebody implements. */
export { createKeyRegistry, type KeyRegistry } from './command/key-registry.ts'
export { namedAttempt } from './core/agent/report.ts'
export { DomainError } from './core/domain-error.ts'
export { effectIdOf, type PendingEffect } from './core/effect.ts'
export type { CommittedEvent } from './core/event.ts'
export type { RoutingEntry } from './core/routing.ts'
export { parseAttemptId, type SessionHead } from './core/session/state.ts'
export { createEngine } from './create-engine.ts'
export type {
  BulkOrder,
  Decider,
  Engine,
  EngineCommands,
  EventStreams,
  ListRequest,
  Once,
  SessionCommands,
  StreamedEvent,
  Trigger,
} from './engine.ts'
export { createLocalBroadcast } from './local/local-broadcast.ts'
export { systemClock } from './local/system-clock.ts'
export { systemIds } from './local/system-ids.ts'
export { createTimerWakeQueue } from './local/timer-wake-queue.ts'
export { createMemoryKeyStore } from './memory/memory-key-store.ts'
export { createMemoryStore } from './memory/memory-store.ts'
export type { AgentLink, Delivery } from './ports/agent-link.ts'
export type { Broadcast } from './ports/broadcast.ts'
export type { KeyStore } from './ports/key-store.ts'
export type { Log } from './ports/log.ts'
export {
  type Commit,
  type Retention,
  type Store,
  StoreFullError,
  StoreUnavailableError,
  type WakeUp,
} from './ports/store.ts'
export type { WakeQueue } from './ports/wake-queue.ts'
export { compareTexts } from './store-kit/text-order.ts'
