/**
 * Brings waiting tasks and agents with room together. It is moved by events alone: a task that joined a line, an agent
 * that became ready. Choosing is a read without guarantee; taking the place is a command that the agent may refuse, and
 * then the task stays in its line (engine.md, "Room and routing").
 */
import type { RoutingReceipt } from '@opscore/contract'
import { availabilityOf, findPlace, roomOf } from '../core/agent/availability.ts'
import type { AgentState } from '../core/agent/state.ts'
import { inOrder, receiptFor } from '../core/routing.ts'
import { parseTaskId } from '../core/session/state.ts'
import { agentLine, capabilityLine, type Waiter } from '../core/waiting-line/waiter.ts'
import type { Log } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'
import type { Agents } from './agents.ts'
import type { Sessions } from './sessions.ts'

export interface Router {
  /** The agent may be able to take what waits. */
  agentReady(agentId: string): void
  /** Somebody stands in this line. */
  lineOpen(line: string): void
  /** The session has taken the place in, or will not have it: the attempt may be placed again. */
  settled(attemptId: string): void
  /** Chooses a new line for the tasks that wait for this agent only because of what it could do. */
  requeue(agentId: string): void
}

/** How far a line is looked at for somebody who is not being placed already. */
const LOOK = 32
/** Candidates that a choice is made from, and that its receipt names. */
const CANDIDATES = 20

export function createRouter(parts: { store: Store; agents: Agents; sessions: Sessions; log: Log }): Router {
  const { store, agents, sessions, log } = parts
  /** Attempts whose place was asked for, until their session has heard of it. */
  const placing = new Set<string>()
  /** What is being looked at; `true` once it has to be looked at again. */
  const looking = new Map<string, boolean>()

  /** One look at a time for each agent and line; a call meanwhile means one more look after it. */
  function look(key: string, once: () => Promise<boolean>): void {
    if (looking.has(key)) {
      looking.set(key, true)
      return
    }
    looking.set(key, false)
    void (async () => {
      try {
        while ((await once()) || looking.get(key)) looking.set(key, false)
      } catch (error) {
        log.warn({ key, error: String(error) }, 'A line could not be served; the next event or sweep looks again')
      } finally {
        looking.delete(key)
      }
    })()
  }

  async function waitersIn(lines: string[]): Promise<Waiter[]> {
    const found = await store.waiters(lines, LOOK + placing.size)
    return found.filter((waiter) => !placing.has(waiter.attemptId))
  }

  /** `true` where more may be possible. */
  async function serveAgent(agentId: string): Promise<boolean> {
    const agent = await agents.read(agentId)
    if (!agent || availabilityOf(agent) !== 'READY') return false
    const lines = [agentLine(agentId), ...agent.registration.capabilities.map(capabilityLine)]
    const waiters = (await waitersIn(lines)).slice(0, roomOf(agent) - agent.live.places.length)
    const placed = await Promise.all(
      waiters.map(async (waiter) => place(waiter, agentId, await receiptOf(waiter, agent))),
    )
    return placed.includes(true)
  }

  /** Goes on until nobody waits or nobody is ready; who refuses is not asked twice in one look. */
  async function serveLine(line: string, capability: string): Promise<boolean> {
    const refused = new Set<string>()
    for (;;) {
      const waiters = await waitersIn([line])
      if (waiters.length === 0) return false
      const candidates = await store.candidates(capability, CANDIDATES)
      const chosen = inOrder(candidates)
        .filter((entry) => !refused.has(entry.agentId))
        .slice(0, waiters.length)
      if (chosen.length === 0) return false
      const tries = chosen.map(async (entry, index) => {
        const waiter = waiters[index]
        if (waiter && !(await place(waiter, entry.agentId, receiptFor(entry, candidates)))) refused.add(entry.agentId)
      })
      await Promise.all(tries)
    }
  }

  async function place(waiter: Waiter, agentId: string, receipt: RoutingReceipt): Promise<boolean> {
    const { attemptId, sessionId, taskId } = waiter
    if (placing.has(attemptId)) return false
    placing.add(attemptId)
    try {
      const agent = await agents.execute(agentId, { type: 'take-place', attemptId, sessionId, taskId, receipt })
      if (agent && findPlace(agent, attemptId)) return true
    } catch (error) {
      placing.delete(attemptId)
      throw error
    }
    placing.delete(attemptId)
    return false
  }

  async function receiptOf(waiter: Waiter, agent: AgentState): Promise<RoutingReceipt> {
    const { agentId, capabilities } = agent.registration
    const alone = { chosen: agentId, candidates: [], considered: 1 }
    if (waiter.line !== agentLine(agentId)) return { ...alone, reason: 'LEAST_LOADED' }
    const running = await sessions.read(waiter.sessionId)
    const task = running?.workflow.tasks[parseTaskId(waiter.taskId)?.index ?? -1]
    if (task?.agentId === agentId) return { ...alone, reason: 'PINNED' }
    const declared = !task?.capability || capabilities.includes(task.capability)
    return { ...alone, reason: declared ? 'SESSION_AGENT' : 'CAPABILITY_NOT_DECLARED' }
  }

  async function requeueAll(agentId: string): Promise<boolean> {
    const waiters = await waitersIn([agentLine(agentId)])
    for (const { sessionId, attemptId, taskId } of waiters) {
      const running = await sessions.read(sessionId)
      const task = running?.workflow.tasks[parseTaskId(taskId)?.index ?? -1]
      if (task?.capability && task.agentId === null) await sessions.execute(sessionId, { type: 'requeue', attemptId })
    }
    return false
  }

  return {
    agentReady: (agentId) => look(agentLine(agentId), () => serveAgent(agentId)),
    lineOpen(line) {
      const [kind, name] = splitLine(line)
      if (kind === 'agent') look(line, () => serveAgent(name))
      else look(line, () => serveLine(line, name))
    },
    settled: (attemptId) => void placing.delete(attemptId),
    requeue: (agentId) => look(`requeue:${agentId}`, () => requeueAll(agentId)),
  }
}

function splitLine(line: string): ['agent' | 'capability', string] {
  const colon = line.indexOf(':')
  return [line.startsWith('agent:') ? 'agent' : 'capability', line.slice(colon + 1)]
}
