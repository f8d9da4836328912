/** What makes up one thing of each kind, alike for both sides. Times and versions are numbers, JSON is text as it is stored. */
import type { Waiter } from '../core/waiting-line/waiter.ts'
import type { KeyRecord } from '../ports/key-store.ts'
import type { Content } from './content.ts'
import type { DumpedAgent, DumpedEvent, DumpedRecord, DumpedSession } from './dump.ts'

type Agent = Omit<DumpedAgent, 'live' | 'capabilities'> & { live: string }

type Session = Omit<DumpedSession, 'tasks'> & { tasks: readonly { place: number; text: string }[] }

interface Event extends Omit<DumpedEvent, 'hasOwner'> {
  home: number
  position: number
}

interface Definition {
  home: number
  hash: string
  /** SHA-256 of its text. */
  contentHash: string
  uses: number
  text: () => string
}

export type Items = ReturnType<typeof createItems>

/** `home` is the partition; what belongs to none has the number behind the last. */
export function createItems(content: Content) {
  return {
    agent: ({ id, version, state, wakeAt, deregisteredAt, registration, live }: Agent) =>
      content.add('agents', [id, version, state, wakeAt, deregisteredAt, registration, live]),
    candidate: (capability: string, entry: { ready: boolean; load: number; lastUsedAt: number; agentId: string }) =>
      content.add('routing entries', [capability, Number(entry.ready), entry.load, entry.lastUsedAt, entry.agentId]),
    capability: (capability: string, agentId: string) => content.add('routing entries', [capability, agentId]),
    session({ tasks, ...session }: Session) {
      const { id, version, status, agentId, workflowId, startedAt, endedAt, wakeAt, definitionHash, head } = session
      const cells = [id, version, status, agentId, workflowId, startedAt, endedAt, wakeAt, definitionHash, head]
      content.add('sessions', [...cells, ...tasks.flatMap(({ place, text }) => [place, text])])
    },
    event: ({ home, position, kind, id, text }: Event) => content.add('events', [home, position, kind, id, text]),
    sessionEvent: ({ home, position, id, text }: Omit<Event, 'kind'>) =>
      content.add('events of session histories', [home, position, id, text]),
    /** Of an agent, or of its event, to the event before; 0 where there is none. */
    link: (agentId: string, position: number) => content.add('links of agent histories', [agentId, position]),
    definition: ({ home, hash, contentHash, uses }: Definition) =>
      content.add('uses of definitions', [home, hash, contentHash], { times: uses, count: uses }),
    waiter: ({ attemptId, sessionId, taskId, line, priority, since }: Waiter) =>
      content.add('waiters', [attemptId, sessionId, taskId, line, priority, since]),
    effect: (id: string, at: number, text: string) => content.add('effects', [id, at, text]),
    wakeUp: (kind: 'agent' | 'session', id: string, at: number) => content.add('wake-ups', [kind, id, at]),
    once: (
      { key, fingerprint, answer, expiresAt }: { key: string; fingerprint: string; answer: string; expiresAt: number },
      copies: { times: number; count: number },
    ) => content.add('once-records', [key, fingerprint, answer, expiresAt], copies),
    workflow: (one: { id: string; revision: number; hash: string; createdAt: number; updatedAt: number }) =>
      content.add('workflows', [one.id, one.revision, one.hash, one.createdAt, one.updatedAt]),
    record: ({ kind, id, version, expiresAt, value }: DumpedRecord) =>
      content.add('records', [kind, id, version, expiresAt, value]),
    key({ keyId, hash, name, scopes, agentIds, createdAt, expiresAt, revokedAt }: KeyRecord) {
      const lists = [JSON.stringify(scopes), JSON.stringify(agentIds)]
      content.add('api keys', [keyId, hash, name, ...lists, createdAt, expiresAt, revokedAt])
    },
  }
}
