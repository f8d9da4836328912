/** What can be asked. Every answer is of what has been committed. */

import type { Agents, RunningSession, Sessions } from '../aggregate/agents-and-sessions.ts'
import type { KeptRevisions } from '../command/kept-revisions.ts'
import { type AgentState, lingers } from '../core/agent/state.ts'
import { DomainError } from '../core/domain-error.ts'
import { parseTaskId } from '../core/session/state.ts'
import type { Definitions } from '../definitions.ts'
import type { EngineQueries } from '../engine.ts'
import type { StorePage } from '../ports/page.ts'
import type { Store } from '../ports/store.ts'
import { toOpsEvent } from '../stream/publish.ts'
import {
  agentStateView,
  agentView,
  historyEntry,
  sessionSummary,
  sessionView,
  taskView,
  workflowSummary,
} from './views.ts'

export function createQueries(parts: {
  store: Store
  agents: Agents
  sessions: Sessions
  definitions: Definitions
  revisions: KeptRevisions
}): Omit<EngineQueries, 'explainSession' | 'explainTask' | 'agentWaiting'> {
  const { store, agents, sessions, definitions, revisions } = parts

  async function agent(agentId: string) {
    const state = await agents.read(agentId)
    if (state && state.live.deregisteredAt === null) return state
    throw new DomainError('AGENT_NOT_FOUND', `Agent not found: ${agentId}`)
  }

  async function session(sessionId: string): Promise<RunningSession> {
    const running = await sessions.read(sessionId)
    if (running) return running
    throw new DomainError('SESSION_NOT_FOUND', `Session not found: ${sessionId}`)
  }

  return {
    agent: async (agentId) => agentView(await agent(agentId)),
    agentState: async (agentId) => agentStateView(await agent(agentId)),
    knownAgentState(agentId) {
      const known = agents.known(agentId)
      return known && known.live.deregisteredAt === null ? agentStateView(known) : undefined
    },
    worksOn(agentId, attemptId) {
      const holds = (state: AgentState | null) =>
        state?.live.places.some((place) => place.attemptId === attemptId && !lingers(place)) ?? false
      const known = agents.known(agentId)
      return known === undefined ? agents.peek(agentId).then(holds) : holds(known)
    },
    agents: async (filter, list) => page(await store.listAgents(filter, list), agentView),
    async agentHistory(agentId, list) {
      await agent(agentId)
      const { items, next } = await store.agentHistory(agentId, list)
      return { items: items.flatMap((event) => historyEntry(event) ?? []), nextCursor: next }
    },
    workflow: async (id) => (await definitions.byId(id)).stored,
    workflows: async (list) => page(await store.listWorkflows(list), workflowSummary),
    workflowRevisions: async (id, list) => revisions.list((await definitions.byId(id)).stored, list),
    async workflowRevision(id, revision) {
      const found = await revisions.get((await definitions.byId(id)).stored, revision)
      if (found) return found
      throw new DomainError('WORKFLOW_NOT_FOUND', `Workflow ${id} has no revision ${revision}, or keeps it no more`)
    },
    session: async (sessionId) => sessionView(await session(sessionId)),
    sessions: async (filter, list) => page(await store.listSessions(filter, list), sessionSummary),
    async sessionEvents(sessionId, list) {
      await session(sessionId)
      return page(await store.sessionEvents(sessionId, list), toOpsEvent)
    },
    async task(taskId) {
      const named = parseTaskId(taskId)
      const running = named && (await sessions.read(named.sessionId))
      const task = running?.session.tasks[named?.index ?? -1]
      if (!running || !task) throw new DomainError('TASK_NOT_FOUND', `Task not found: ${taskId}`)
      return taskView(running, task)
    },
    async gauges() {
      const [registered, sessions, head] = await Promise.all([store.countAgents(), store.countSessions(), store.head()])
      const openSessions = sessions.started + sessions.running + sessions.paused
      return { agents: registered, openSessions, events: head.reduce((sum, position) => sum + position, 0) }
    },
  }
}

function page<A, B>({ items, next }: StorePage<A>, view: (item: A) => B) {
  return { items: items.map(view), nextCursor: next }
}
