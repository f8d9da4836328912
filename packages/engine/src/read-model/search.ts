/** Finds agents, sessions, workflows and tasks by id, the beginning of an id, or a name. */
import type { SearchHit } from '@opscore/contract'
import { parseAttemptId, parseTaskId, type SessionHead } from '../core/session/state.ts'
import type { Clock } from '../ports/clock.ts'
import type { SessionFilter, Store } from '../ports/store.ts'
import { allPages } from '../query/all-pages.ts'
import type { AgentTable } from './agent-table.ts'
import { nextTurn } from './next-turn.ts'

/** Agents looked at in one turn of the event loop. */
const AGENTS_PER_TURN = 20_000
/** Sessions and workflows that are looked at for one search, and read at once. */
const LOOKED_AT = 2_000
const PAGE = 200
/** Newest sessions shown of a workflow. */
const OF_WORKFLOW = 5

export interface Sought {
  text: string
  limit: number
}

export function createSearch({ store, clock }: { store: Store; clock: Clock }) {
  async function named(text: string): Promise<SearchHit[]> {
    const [agent, session, workflow, task] = await Promise.all([
      store.loadAgent(text),
      sessionNamed(text),
      store.getWorkflow(text),
      taskNamed(text),
    ])
    const hits: SearchHit[] = []
    if (agent && agent.state.live.deregisteredAt === null) {
      const { registration, live } = agent.state
      hits.push({ type: 'agent', id: registration.agentId, name: registration.agentName, status: live.state })
    }
    if (session) hits.push(sessionHit(session))
    if (workflow) {
      const { id, definition, revision } = workflow
      hits.push({ type: 'workflow', id, name: definition.name ?? id, status: String(revision) })
    }
    if (task) hits.push(task)
    return hits
  }

  async function sessionNamed(id: string): Promise<SessionHead | null> {
    return (await store.loadSession(id))?.state.head ?? null
  }

  /** By its id, or by that of one of its attempts. */
  async function taskNamed(id: string): Promise<SearchHit | null> {
    const taskId = parseAttemptId(id)?.taskId ?? id
    const named = parseTaskId(taskId)
    const session = named && (await store.loadSession(named.sessionId))
    const task = session?.state.tasks[named?.index ?? -1]
    return task ? { type: 'task', id: task.taskId, name: task.taskDefinitionId, status: task.status } : null
  }

  async function agentsLike(text: string, limit: number, agents: AgentTable): Promise<SearchHit[]> {
    const hits: SearchHit[] = []
    let looked = 0
    for (const { state } of agents.rows()) {
      const { agentId, agentName } = state.registration
      if (begins(agentId, text) || holds(agentName, text)) {
        hits.push({ type: 'agent', id: agentId, name: agentName, status: state.live.state })
        if (hits.length === limit) break
      }
      looked += 1
      if (looked % AGENTS_PER_TURN === 0) await nextTurn(clock)
    }
    return hits
  }

  async function sessionsLike(text: string, limit: number): Promise<SearchHit[]> {
    const range = startsOf(text)
    if (!range) return []
    const hits: SearchHit[] = []
    await some(
      (page) => store.listSessions(range, page),
      (head) => {
        if (begins(head.sessionId, text)) hits.push(sessionHit(head))
        return hits.length < limit
      },
    )
    return hits
  }

  async function workflowsLike(text: string, limit: number): Promise<SearchHit[]> {
    const hits: SearchHit[] = []
    await some(
      (page) => store.listWorkflows(page),
      ({ id, definition, revision }) => {
        const name = definition.name ?? id
        if (begins(id, text) || holds(name, text)) hits.push({ type: 'workflow', id, name, status: String(revision) })
        return hits.length < limit
      },
    )
    return hits
  }

  async function some<T>(read: Parameters<typeof allPages<T>>[0], look: (item: T) => boolean): Promise<void> {
    let looked = 0
    for await (const page of allPages(read, PAGE)) {
      if (!page.every(look)) return
      looked += page.length
      if (looked >= LOOKED_AT) return
      await nextTurn(clock)
    }
  }

  /** Exact matches first; every id once. */
  return async ({ text, limit }: Sought, agents: AgentTable): Promise<SearchHit[]> => {
    const [exact, ...others] = await Promise.all([
      named(text),
      agentsLike(text, limit, agents),
      sessionsLike(text, limit),
      workflowsLike(text, limit),
      store.listSessions({ workflowId: [text] }, { limit: OF_WORKFLOW }).then(({ items }) => items.map(sessionHit)),
    ])
    const hits = new Map([...exact, ...others.flat()].map((hit) => [`${hit.type}:${hit.id}`, hit]))
    return [...hits.values()].slice(0, limit)
  }
}

const sessionHit = ({ sessionId, workflowId, status }: SessionHead): SearchHit => ({
  type: 'session',
  id: sessionId,
  name: workflowId,
  status,
})

const begins = (id: string, text: string): boolean => id.startsWith(text)
const holds = (name: string, text: string): boolean => name.toLowerCase().includes(text.toLowerCase())

/** Hex digits of a UUIDv7 that are its time, in milliseconds, and how many of them say enough to look. */
const TIME_DIGITS = 12
const ENOUGH_DIGITS = 6
/** How long after its id was made a session may begin, in milliseconds. */
const BEGINS_WITHIN = 1_000

/** When sessions began whose ids begin so; `null` for what begins no id of ours. */
function startsOf(text: string): SessionFilter | null {
  if (!/^[0-9a-f]{8}(-[0-9a-f-]*)?$|^[0-9a-f]{6,7}$/.test(text)) return null
  const digits = text.replaceAll('-', '').slice(0, TIME_DIGITS)
  if (digits.length < ENOUGH_DIGITS) return null
  const first = Number.parseInt(digits.padEnd(TIME_DIGITS, '0'), 16)
  const last = Number.parseInt(digits.padEnd(TIME_DIGITS, 'f'), 16)
  return { startedFrom: first, startedTo: last + BEGINS_WITHIN }
}
