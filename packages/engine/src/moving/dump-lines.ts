/**
 * A store as lines of text, which is what a backup holds (docs/backup.md). Each line is a JSON array of a kind and what there is of
 * it; what stands in the store as JSON is a text in it, so that it comes back to the letter. What follows from the lines has none: positions,
 * chains of events, wake-ups.
 */
import { parseStored } from '@opscore/contract/exact-json'
import type { Waiter } from '../core/waiting-line/waiter.ts'
import type { KeyRecord } from '../ports/key-store.ts'
import { createSums } from './content.ts'
import type { DumpedAgent, DumpedEvent, DumpedRecord, DumpedSession } from './dump.ts'
import type { Items } from './items.ts'

/** The first line: what the lines are of. */
export interface DumpHead {
  format: 'opscore-dump'
  version: number
  createdAt: string
  /** The last position that an event of the store has had: what is filled with this numbers its events behind it. */
  head: number
  keyRevision: number
}

/** What this program writes, and the newest that it reads. */
export const DUMP_VERSION = 1

interface DumpEntries {
  definition: { hash: string; text: string }
  agent: Omit<DumpedAgent, 'live' | 'capabilities'> & { live: string }
  candidate: { capability: string; ready: boolean; load: number; lastUsedAt: number; agentId: string }
  capability: { capability: string; agentId: string }
  session: Omit<DumpedSession, 'tasks'> & { tasks: readonly { index: number; text: string }[] }
  event: Omit<DumpedEvent, 'hasOwner'>
  waiter: Waiter
  effect: { id: string; at: number; text: string }
  once: { key: string; fingerprint: string; answer: string; expiresAt: number }
  workflow: { id: string; revision: number; hash: string; createdAt: number; updatedAt: number }
  key: KeyRecord
  record: DumpedRecord
}

export type DumpKind = keyof DumpEntries
export type DumpLine = { [K in DumpKind]: [kind: K, entry: DumpEntries[K]] }[DumpKind]

export const DUMP_KINDS = [
  ...(['definition', 'agent', 'candidate', 'capability', 'session', 'event'] as const),
  ...(['waiter', 'effect', 'once', 'workflow', 'key', 'record'] as const),
] satisfies DumpKind[]

/** Of each kind how many lines there are, and the sum of their hashes, in which their order counts for nothing. */
export const createLineSums = () => createSums<DumpKind>(DUMP_KINDS)

/** Takes what a store holds and gives it on as lines; what several partitions hold comes once. */
export function createLines(put: (line: DumpLine) => void): Items {
  const definitions = new Set<string>()
  return {
    agent: ({ id, version, state, wakeAt, deregisteredAt, registration, live }) =>
      put(['agent', { id, version, state, wakeAt, deregisteredAt, registration, live }]),
    candidate: (capability, { ready, load, lastUsedAt, agentId }) =>
      put(['candidate', { capability, ready, load, lastUsedAt, agentId }]),
    capability: (capability, agentId) => put(['capability', { capability, agentId }]),
    session({ id, version, status, agentId, workflowId, startedAt, endedAt, wakeAt, definitionHash, head, tasks }) {
      const about = { id, version, status, agentId, workflowId, startedAt, endedAt, wakeAt, definitionHash, head }
      put(['session', { ...about, tasks: tasks.map(({ place, text }) => ({ index: place, text })) }])
    },
    event: ({ kind, id, text }) => put(['event', { kind, id, text }]),
    sessionEvent() {},
    link() {},
    definition({ hash, text }) {
      if (definitions.has(hash)) return
      definitions.add(hash)
      put(['definition', { hash, text: text() }])
    },
    waiter: ({ attemptId, sessionId, taskId, line, priority, since }) =>
      put(['waiter', { attemptId, sessionId, taskId, line, priority, since }]),
    effect: (id, at, text) => put(['effect', { id, at, text: JSON.stringify({ at, ...parseStored(text) }) }]),
    wakeUp() {},
    once({ key, fingerprint, answer, expiresAt }, { count }) {
      if (count > 0) put(['once', { key, fingerprint, answer, expiresAt }])
    },
    workflow: ({ id, revision, hash, createdAt, updatedAt }) =>
      put(['workflow', { id, revision, hash, createdAt, updatedAt }]),
    key({ keyId, hash, name, scopes, agentIds, createdAt, expiresAt, revokedAt }) {
      put(['key', { keyId, hash, name, scopes, agentIds, createdAt, expiresAt, revokedAt }])
    },
    record: ({ kind, id, version, expiresAt, value }) => put(['record', { kind, id, version, expiresAt, value }]),
  }
}
