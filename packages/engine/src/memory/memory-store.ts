/**
 * The store in plain maps: nothing outlives the process. No timer, clock or randomness of its own, so that a simulation
 * on it replays exactly.
 *
 * States are kept as JSON text: what a caller hands in or gets can be changed without changing the store, for one
 * `stringify` and one `parse`; `structuredClone` costs several times as much.
 */
import type { RoutingEntry } from '../core/routing.ts'
import { compareWaiters, type Waiter } from '../core/waiting-line/waiter.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import { type Store, StoreUnavailableError, type WakeUp } from '../ports/store.ts'
import { createCommitListeners } from '../store-kit/commit-listeners.ts'
import { light } from '../store-kit/page.ts'
import { compareTexts } from '../store-kit/text-order.ts'
import { type AgentRow, createAgentShelf } from './agent-shelf.ts'
import { createEffectShelf } from './effect-shelf.ts'
import { createEventLog } from './event-log.ts'
import { keyPage, textPage } from './key-page.ts'
import { createMemoryCommits } from './memory-commits.ts'
import { createOnceShelf } from './once-shelf.ts'
import { createRecordShelf } from './record-shelf.ts'
import { createSessionShelf } from './session-shelf.ts'
import { createWorkflowShelf } from './workflow-shelf.ts'

export interface MemoryStoreOptions {
  clock: Pick<Clock, 'now'>
  log: Log
  /** Several engines work on it, as processes would on a store of their own. */
  shared?: boolean
}

const wakeKey = ({ kind, id }: WakeUp): string => `${kind}:${id}`
const placeOf = ({ position }: { position: number }): string => String(position)

export function createMemoryStore({ clock, log, shared = false }: MemoryStoreOptions): Store {
  const events = createEventLog()
  const agents = createAgentShelf()
  const sessions = createSessionShelf()
  const workflows = createWorkflowShelf()
  const waiters = new Map<string, Waiter>()
  const effects = createEffectShelf()
  const once = createOnceShelf()
  const { records, trimRecords } = createRecordShelf()
  const listeners = createCommitListeners(log)
  let closed = false

  const commit = createMemoryCommits({ clock, listeners, events, agents, sessions, workflows, waiters, effects, once })

  function trimSessions(before: number): number {
    let removed = 0
    for (const { sessionId, definitionHash } of sessions.endedBefore(before)) {
      sessions.delete(sessionId)
      workflows.release(definitionHash)
      removed += events.trimSession(sessionId) + 1
    }
    return removed
  }

  function wakeUps(before = Infinity): WakeUp[] {
    const wanting = (kind: WakeUp['kind'], rows: Iterable<Pick<AgentRow, 'id' | 'version' | 'wakeAt'>>): WakeUp[] =>
      [...rows]
        .flatMap(({ id, version, wakeAt }) =>
          wakeAt === null || wakeAt > before ? [] : [{ kind, id, version, at: wakeAt }],
        )
        .sort((a, b) => compareTexts(a.id, b.id))
    return [...wanting('agent', agents.rows()), ...wanting('session', sessions.rows())]
  }

  return {
    partitions: 1,
    shared,
    generation: 0,
    available: true,
    ...records,
    together: () => true,
    async commit(wanted, along = []) {
      if (closed) throw new StoreUnavailableError('The store is closed')
      return commit([wanted, ...along])
    },
    async settle(effectIds) {
      for (const id of effectIds) effects.delete(id)
    },
    loadAgent: async (agentId) => agents.load(agentId),
    loadSession: async (sessionId) => sessions.load(sessionId),
    findOnce: async (key, _home, now) => once.find(key, now),
    listAgents: async (filter, page) => agents.list(filter, page),
    candidates: async (capability, limit): Promise<RoutingEntry[]> => agents.candidates(capability, limit),
    countAgents: async () => agents.count(),
    listSessions: async (filter, page) => sessions.list(filter, page),
    countSessions: async () => sessions.counts(),
    agentHistory: async (agentId, page) =>
      keyPage(events.history(agentId), page, {
        keyOf: placeOf,
        passed: ({ position }, key) => position >= Number(key),
        read: events.read,
      }),
    sessionEvents: async (sessionId, page) => {
      const isDown = page.order === 'desc'
      const rows = events.ofSession(sessionId)
      return keyPage(isDown ? rows.reverse() : rows, page, {
        keyOf: placeOf,
        passed: ({ position }, key) => (isDown ? position >= Number(key) : position <= Number(key)),
        read: events.read,
      })
    },
    events: async ([position = 0], limit, characters) => events.after(position, limit, characters),
    head: async () => [events.head],
    trimmed: async () => [events.trimmed],
    onCommitted: (listener) => listeners.add(listener),
    waiters: async (lines, limit) =>
      [...waiters.values()]
        .filter(({ line }) => lines.includes(line))
        .sort(compareWaiters)
        .slice(0, limit)
        .map((waiter) => ({ ...waiter })),
    openLines: async (page) => textPage(linesOf(waiters), page, light),
    lineLengths: async (page) => textPage(linesOf(waiters), page, lengthIn(waiters)),
    pendingEffects: async (page) => effects.page(page),
    effectsOf: async (aggregate) => effects.of(aggregate),
    wakeUps: async (page) =>
      keyPage(wakeUps(page.before), page, {
        keyOf: wakeKey,
        passed: (wake, key) => compareTexts(wakeKey(wake), key) <= 0,
        read: light,
      }),
    putWorkflow: workflows.putWorkflow,
    getWorkflow: workflows.getWorkflow,
    listWorkflows: workflows.listWorkflows,
    deleteWorkflow: workflows.deleteWorkflow,
    getDefinition: workflows.getDefinition,
    trim: async (retention) =>
      events.trimAgents(retention.agentEventsBefore) +
      agents.trimTombstones(retention.agentEventsBefore) +
      trimSessions(retention.sessionsEndedBefore) +
      once.trim(retention.now) +
      trimRecords(retention.now),
    async close() {
      closed = true
    },
  }
}

type Waiters = ReadonlyMap<string, Waiter>

const linesOf = (waiters: Waiters): string[] =>
  [...new Set([...waiters.values()].map(({ line }) => line))].sort(compareTexts)

const lengthIn = (waiters: Waiters) => (name: string) =>
  light({ line: name, waiting: [...waiters.values()].filter(({ line }) => line === name).length })
