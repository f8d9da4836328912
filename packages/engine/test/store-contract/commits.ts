/** Commits as the engine makes them, with everything that a test does not care about filled in. */
import type { AgentLive, AgentRegistration } from '../../src/core/agent/state.ts'
import { effectIdOf, type PendingEffect } from '../../src/core/effect.ts'
import type { EventDraft } from '../../src/core/event.ts'
import type { RoutingEntry } from '../../src/core/routing.ts'
import type { SessionEvent } from '../../src/core/session/events.ts'
import { evolveSession } from '../../src/core/session/evolve.ts'
import type { SessionHead, SessionState, TaskState } from '../../src/core/session/state.ts'
import type { Waiter } from '../../src/core/waiting-line/waiter.ts'
import type { AgentCommit, AggregateRef, Commit, SessionCommit, Store } from '../../src/ports/store.ts'

export function registration(agentId: string, changes: Partial<AgentRegistration> = {}): AgentRegistration {
  return {
    agentId,
    agentName: `name of ${agentId}`,
    version: '1.0',
    capabilities: ['work'],
    contactEndpoint: 'http://127.0.0.1:8080',
    metadata: null,
    registeredAt: 1,
    updatedAt: 1,
    ...changes,
  }
}

export function live(changes: Partial<AgentLive> = {}): AgentLive {
  return {
    state: 'idle',
    details: null,
    timestamp: '2025-04-21T22:16:33.697123+00:00',
    receivedAt: 1,
    echoes: false,
    places: [],
    lastUsedAt: 0,
    seenAt: 1,
    silence: 'online',
    failedDispatches: 0,
    deregisteredAt: null,
    ...changes,
  }
}

export function entry(agentId: string, changes: Partial<RoutingEntry> = {}): RoutingEntry {
  return { agentId, capabilities: ['work'], ready: true, load: 0, lastUsedAt: 0, ...changes }
}

export function stateChanged(agentId: string, changes: Partial<EventDraft> = {}): EventDraft {
  return { type: 'agent.state_changed', time: 1, agentId, data: { state: 'idle' }, ...changes }
}

/** A report: the agent stands at `expectedVersion`. */
export function report(agentId: string, expectedVersion: number, changes: Partial<AgentCommit> = {}): AgentCommit {
  return {
    kind: 'agent',
    agentId,
    expectedVersion,
    events: [stateChanged(agentId)],
    wakeAt: null,
    effects: [],
    done: [],
    live: live(),
    ...changes,
  }
}

/** The agent's first commit. */
export function register(agentId: string, changes: Partial<AgentCommit> = {}): AgentCommit {
  const event: EventDraft = { type: 'agent.registered', time: 1, agentId, data: {} }
  const routing = { before: null, after: entry(agentId) }
  return report(agentId, 0, { events: [event], registration: registration(agentId), routing, ...changes })
}

/** As an agent leaves: a tombstone stays. */
export function deregister(agentId: string, expectedVersion: number, time: number): AgentCommit {
  return report(agentId, expectedVersion, {
    events: [{ type: 'agent.deregistered', time, agentId, data: {} }],
    live: live({ deregisteredAt: time }),
    routing: { before: entry(agentId), after: null },
  })
}

export function head(sessionId: string, changes: Partial<SessionHead> = {}): SessionHead {
  return {
    sessionId,
    workflowId: 'flow',
    workflowVersion: null,
    workflowRevision: 1,
    definitionHash: 'hash',
    agentId: 'a',
    status: 'running',
    epoch: 1,
    startedAt: 1,
    updatedAt: 1,
    endedAt: null,
    deadline: 100,
    input: null,
    metadata: {},
    result: null,
    error: null,
    warnings: [],
    resumedAt: null,
    openTasks: 0,
    events: 0,
    bytes: 0,
    ...changes,
  }
}

export function task(sessionId: string, index: number, changes: Partial<TaskState> = {}): TaskState {
  return {
    taskId: `${sessionId}.${index + 1}`,
    taskDefinitionId: `step_${index}`,
    status: 'pending',
    payload: null,
    result: null,
    error: null,
    attempts: [],
    firstAttempt: 1,
    lateResults: [],
    progress: null,
    createdAt: 1,
    updatedAt: 1,
    retryAt: null,
    taken: null,
    ...changes,
  }
}

export function session(
  sessionId: string,
  expectedVersion: number,
  changes: Omit<Partial<SessionCommit>, 'head'> & { head?: Partial<SessionHead> } = {},
): SessionCommit {
  return {
    kind: 'session',
    sessionId,
    expectedVersion,
    events: [{ type: 'session.started', time: 1, sessionId, data: {} }],
    wakeAt: null,
    effects: [],
    done: [],
    tasks: [],
    waiters: { join: [], leave: [] },
    ...changes,
    head: head(sessionId, changes.head),
  }
}

/** A session that has just begun, with its first task, which waits in this line since the session's start. */
export function shortStart(sessionId: string, line: string, changes: Partial<SessionHead> = {}): SessionCommit {
  const {
    workflowId,
    workflowVersion,
    workflowRevision,
    definitionHash,
    agentId,
    input,
    metadata,
    warnings,
    startedAt,
  } = head(sessionId, changes)
  const origin = { workflowId, workflowVersion, workflowRevision, definitionHash, agentId, input, metadata, warnings }
  const about = { time: startedAt, sessionId, taskId: `${sessionId}.1`, taskDefinitionId: 'a', attempt: 1 }
  const events: SessionEvent[] = [
    { type: 'session.started', time: startedAt, sessionId, data: { ...origin, deadline: 99 } },
    { type: 'task.scheduled', ...about, data: { payload: { n: 1 }, bytes: 7 } },
  ]
  const state = events.reduce<SessionState | null>(evolveSession, null)
  if (!state) throw new Error('It has started')
  const join = [waiter('1', { line, since: startedAt }, `${sessionId}.1`)]
  const tasks = state.tasks.flatMap((task) => task ?? [])
  const waiters = { join, leave: [] }
  return session(sessionId, 0, { startOnly: true, events, head: state.head, tasks, waiters, wakeAt: 99 })
}

/** An attempt's id says whose it is. */
export const attemptId = (attempt: string, taskId = 's.1'): string => `${taskId}.${attempt}`

export function waiter(attempt: string, changes: Partial<Waiter> = {}, taskId = 's.1'): Waiter {
  const sessionId = taskId.slice(0, taskId.lastIndexOf('.'))
  const ids = { attemptId: attemptId(attempt, taskId), sessionId, taskId }
  return { ...ids, line: 'capability:work', priority: 5, since: 1, ...changes }
}

/** An effect that this version of the aggregate asks for. */
export function effect(aggregate: AggregateRef, version: number, index = 0, at = 1): PendingEffect {
  const id = effectIdOf(aggregate, version, index)
  return { id, effect: { type: 'lost', sessionId: 's', attemptId: 's.1.1', agentId: 'a', reason: `of ${id}` }, at }
}

export const agentRef = (id: string): AggregateRef => ({ kind: 'agent', id })
export const sessionRef = (id: string): AggregateRef => ({ kind: 'session', id })

/** Sessions that lie in one partition, however many there are: the end of the id says so. */
export const neighbour = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(9, '0')}abc`

/** Commits in turn; each must be taken. */
export async function commitAll(store: Store, ...commits: Commit[]): Promise<void> {
  for (const commit of commits) {
    const result = await store.commit(commit)
    if (!result.ok) throw new Error(`Refused: ${JSON.stringify(result)}`)
  }
}
