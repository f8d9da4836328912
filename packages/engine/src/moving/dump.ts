/**
 * Everything that a store holds, as another one is filled with it: row by row, each list in an order that is the same every time,
 * so that a row's number in it says how far one has come. Times and versions are numbers; JSON is text as it is stored.
 */
import type { Waiter } from '../core/waiting-line/waiter.ts'
import type { KeyRecord } from '../ports/key-store.ts'

export interface DumpedAgent {
  id: string
  version: number
  state: string
  wakeAt: number | null
  deregisteredAt: number | null
  registration: string
  live(): string
  /** Its names, as a JSON list. */
  capabilities(): string
}

export interface DumpedSession {
  id: string
  version: number
  status: string
  agentId: string
  workflowId: string
  startedAt: number
  endedAt: number | null
  wakeAt: number | null
  definitionHash: string
  head: string
  /** In order of their place. */
  tasks(): { place: number; text: string }[]
}

export interface DumpedEvent {
  kind: 'agent' | 'session'
  id: string
  /** Its agent has not been forgotten since. */
  hasOwner: boolean
  /** Type, time, what it says beside them, and data: on a line each. */
  text: string
}

/** A record of the engine's own. */
export interface DumpedRecord {
  kind: string
  id: string
  version: number
  expiresAt: number
  /** JSON. */
  value: string
}

export interface DumpRows {
  agents(): Iterable<DumpedAgent>
  candidates(): Iterable<{ capability: string; ready: boolean; load: number; lastUsedAt: number; agentId: string }>
  capabilities(): Iterable<{ capability: string; agentId: string }>
  sessions(): Iterable<DumpedSession>
  events(): Iterable<DumpedEvent>
  waiters(): Iterable<Waiter>
  effects(): Iterable<{ id: string; at: number; text: string }>
  once(): Iterable<{ key: string; fingerprint: string; answer: string; expiresAt: number }>
  workflows(): Iterable<{ id: string; revision: number; hash: string; createdAt: number; updatedAt: number }>
  keys(): Iterable<KeyRecord>
  records(): Iterable<DumpedRecord>
  /** As JSON; `null` where there is none. */
  definition(hash: string): string | null
}

export interface Dump extends Disposable {
  readonly name: string
  readonly rows: DumpRows
  /** The last position that was taken. */
  readonly head: number
  readonly keyRevision: number
  /** Names the content: it is another one after any commit. */
  readonly fingerprint: string
  /** How many rows there are to read, about. */
  readonly size: number
}

/** Where things lie in the store that is filled: partitions by their number, and behind them what belongs to none. */
export interface Homes {
  readonly partitions: number
  /** Workflows, API keys and records of the engine's own. */
  readonly common: number
  ofAgent(id: string): number
  ofSession(id: string): number
  ofEffect(id: string): number
  /** A record that makes a request count once lies with the aggregate that the request was about. */
  ofOnce(answer: string): readonly number[]
}
