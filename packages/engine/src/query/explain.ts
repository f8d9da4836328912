/** Gathers what `explain` has to know of the agents around a session. */
import type { AgentWaiting, Explanation } from '@opscore/contract'
import type { Agents, RunningSession, Sessions } from '../aggregate/agents-and-sessions.ts'
import type { AgentState } from '../core/agent/state.ts'
import { DomainError } from '../core/domain-error.ts'
import { explain, type Surroundings, whyNot } from '../core/explain.ts'
import { waitsForAgent } from '../core/session/attempt/attempt.ts'
import { parseTaskId } from '../core/session/state.ts'
import { agentLine, capabilityLine, readLine, type Waiter } from '../core/waiting-line/waiter.ts'
import type { EngineQueries } from '../engine.ts'
import type { Store } from '../ports/store.ts'
import type { Lines } from '../work/lines.ts'

/** Agents with the capability that are looked at for a cause. */
const CANDIDATES = 20

type Explain = Pick<EngineQueries, 'explainSession' | 'explainTask' | 'agentWaiting'>

export function createExplain(parts: {
  store: Store
  agents: Agents
  sessions: Sessions
  lines: Pick<Lines, 'of'>
}): Explain {
  const { store, agents, sessions, lines } = parts

  async function registered(agentId: string): Promise<AgentState | null> {
    const state = await agents.read(agentId)
    return state && state.live.deregisteredAt === null ? state : null
  }

  async function around(line: string): Promise<Surroundings> {
    const { agentId, capability } = readLine(line)
    if (agentId !== undefined) return { agent: { agentId, state: await registered(agentId) } }
    const entries = await store.candidates(capability ?? '', CANDIDATES)
    const states = await Promise.all(entries.map((entry) => registered(entry.agentId)))
    return { candidates: states.filter((state) => state !== null) }
  }

  async function explanation({ session, workflow }: RunningSession): Promise<Explanation> {
    const { sessionId, status } = session.head
    const surroundings = new Map<string, Surroundings>()
    /** Tasks that wait in one line are in the same situation. */
    const byLine = new Map<string, Promise<Surroundings>>()
    for (const definition of workflow.tasks) {
      const task = session.tasks[definition.index]
      if (!task || !waitsForAgent(task)) continue
      const line = await lines.of(definition, session, workflow)
      const known = byLine.get(line) ?? around(line)
      byLine.set(line, known)
      surroundings.set(task.taskId, await known)
    }
    return { sessionId, status, causes: explain(session, workflow, surroundings) }
  }

  return {
    async explainSession(sessionId) {
      const running = await sessions.read(sessionId)
      if (!running) throw new DomainError('SESSION_NOT_FOUND', `Session not found: ${sessionId}`)
      return explanation(running)
    },
    async explainTask(taskId) {
      const named = parseTaskId(taskId)
      const running = named && (await sessions.read(named.sessionId))
      if (!running) throw taskNotFound(taskId)
      const { causes, ...rest } = await explanation(running)
      // A join that waits for its other edges is no task yet, and has a cause all the same.
      if (!running.session.tasks[named.index] && !causes.some((cause) => cause.taskId === taskId)) {
        throw taskNotFound(taskId)
      }
      return { ...rest, causes: causes.filter((cause) => cause.taskId === taskId || cause.taskId === null) }
    },
    async agentWaiting(agentId, limit) {
      const agent = await registered(agentId)
      if (!agent) throw new DomainError('AGENT_NOT_FOUND', `Agent not found: ${agentId}`)
      const served = [agentLine(agentId), ...agent.registration.capabilities.map(capabilityLine)]
      const waiters = await store.waiters(served, limit + 1)
      const items = waiters.slice(0, limit).map(waitingTask)
      return { agentId, cause: items.length > 0 ? whyNot(agent) : null, items, more: waiters.length > limit }
    },
  }
}

function waitingTask({ taskId, sessionId, line, priority, since }: Waiter): AgentWaiting['items'][number] {
  const { capability = null } = readLine(line)
  return { taskId, sessionId, capability, priority, since: new Date(since).toISOString() }
}

function taskNotFound(taskId: string): DomainError {
  return new DomainError('TASK_NOT_FOUND', `Task not found: ${taskId}`)
}
