/**
 * What a log and its store must hold at rest, whoever wrote them (reliability.md, "Invariants"). Each function returns a
 * sentence for each breach, which begins with the number of its invariant.
 */
import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '@opscore/contract'
import { roomOf } from '../../src/core/agent/availability.ts'
import type { AgentEvent } from '../../src/core/agent/events.ts'
import { evolveAgent } from '../../src/core/agent/evolve.ts'
import type { AgentState } from '../../src/core/agent/state.ts'
import type { CommittedEvent, EventDraft } from '../../src/core/event.ts'
import type { SessionEvent } from '../../src/core/session/events.ts'
import { evolveSession } from '../../src/core/session/evolve.ts'
import { isTerminal, type SessionState, type TaskState } from '../../src/core/session/state.ts'
import type { Store } from '../../src/ports/store.ts'

const EVERYTHING = { limit: 1_000_000 }

export interface Evidence {
  store: Store
  events: readonly CommittedEvent[]
  agentIds: readonly string[]
  /** Sessions that must be there; others that the log tells of are looked at as well. */
  sessionIds: readonly string[]
}

export async function readEvidence(store: Store, ids: Pick<Evidence, 'agentIds' | 'sessionIds'>): Promise<Evidence> {
  const everything = Array.from({ length: store.partitions }, () => 0)
  return { store, events: await store.events(everything, EVERYTHING.limit), ...ids }
}

export async function logBreaches(evidence: Evidence): Promise<string[]> {
  const logs = Map.groupBy(evidence.events, ({ partition }) => partition)
  const gaps = [...logs.values()].flatMap((log) =>
    log.flatMap(({ position }, index) => (position === index + 1 ? [] : [`12: position ${position} at ${index}`])),
  )
  return [
    ...gaps,
    ...(await leftovers(evidence)),
    ...(await agentBreaches(evidence)),
    ...(await sessionBreaches(evidence)),
  ]
}

async function leftovers({ store, agentIds }: Evidence): Promise<string[]> {
  const lines = (await store.openLines(EVERYTHING)).items
  const effects = (await store.pendingEffects(EVERYTHING)).items
  const wakeUps = (await store.wakeUps(EVERYTHING)).items
  const states = await Promise.all(agentIds.map((id) => store.loadAgent(id)))
  return [
    ...lines.map((line) => `16: somebody waits in ${line}`),
    ...effects.map(({ id, effect }) => `15: ${id} is pending: ${JSON.stringify(effect)}`),
    ...wakeUps.map((wake) => `10: a wake-up is left: ${JSON.stringify(wake)}`),
    ...states.flatMap((agent) =>
      (agent?.state.live.places ?? []).map(
        (place) => `16: ${agent?.state.registration.agentId} leaks ${JSON.stringify(place)}`,
      ),
    ),
  ]
}

/** The log without what the store added: folding takes drafts. */
function draftOf({ partition: _, position: __, ...draft }: CommittedEvent): EventDraft {
  return draft
}

async function agentBreaches({ store, events, agentIds }: Evidence): Promise<string[]> {
  const found: string[] = []
  const folded = new Map<string, AgentState>()
  for (const event of events) {
    const agentId = event.agentId ?? ''
    if (!event.type.startsWith('agent.')) continue
    const after = evolveAgent(folded.get(agentId) ?? null, draftOf(event) as AgentEvent)
    folded.set(agentId, after)
    const taking = event.type === 'agent.place_taken'
    if (taking && after.live.places.length > roomOf(after))
      found.push(`16: ${agentId} holds more than its room at ${event.position}`)
    if (new Set(after.live.places.map((place) => place.attemptId)).size < after.live.places.length) {
      found.push(`16: ${agentId} holds an attempt's place twice at ${event.position}`)
    }
  }
  for (const id of agentIds) {
    const stored = await store.loadAgent(id)
    if (!isDeepStrictEqual(stored?.state, folded.get(id))) found.push(`11: ${id} is not the fold of its log`)
  }
  return found
}

async function sessionBreaches({ store, events, sessionIds }: Evidence): Promise<string[]> {
  const found: string[] = []
  const logs = sessionLogs(events)
  for (const id of sessionIds) if (!logs.has(id)) found.push(`1: the acknowledged session ${id} is not there`)
  for (const [id, log] of logs) {
    let folded: SessionState | null = null
    for (const event of log) folded = evolveSession(folded, draftOf(event) as SessionEvent)
    const stored = (await store.loadSession(id))?.state
    if (!stored || !folded || !isTerminal(stored.head.status)) found.push(`15: session ${id} has not ended`)
    else if (!isDeepStrictEqual(denseOf(stored), denseOf(folded)))
      found.push(`11: session ${id} is not the fold of its log`)
    else found.push(...stored.tasks.flatMap((task) => (task ? taskBreaches(stored, task, log) : [])))
  }
  return found
}

/** The events of each session, in order. */
export function sessionLogs(events: readonly CommittedEvent[]): Map<string, CommittedEvent[]> {
  const own = events.filter((event) => event.sessionId !== undefined && !event.type.startsWith('agent.'))
  return Map.groupBy(own, (event) => event.sessionId ?? '')
}

const denseOf = ({ head, tasks }: SessionState) => ({ head, tasks: Array.from(tasks, (task) => task ?? null) })

function taskBreaches({ head }: SessionState, task: TaskState, log: CommittedEvent[]): string[] {
  const own = log.filter((event) => event.taskId === task.taskId)
  const found: string[] = []
  const completed = own.filter((event) => event.type === 'task.completed')
  if (completed.length > 1) found.push(`3: ${task.taskId} has ${completed.length} accepted outcomes`)
  if ((task.status === 'completed') !== (completed.length === 1)) found.push(`8: ${task.taskId} is ${task.status}`)
  if (head.status === 'completed' && !['completed', 'failed', 'skipped'].includes(task.status)) {
    found.push(`5: ${task.taskId} is ${task.status} in a completed session`)
  }
  const numbers = task.attempts.map(({ attempt }) => attempt)
  if (numbers.some((attempt, index) => attempt !== index + 1)) found.push(`4: ${task.taskId} has attempts ${numbers}`)
  return [...found, ...tooEarly(own)]
}

/** No attempt begins before its back-off is over (reliability.md, 7). */
function tooEarly(log: CommittedEvent[]): string[] {
  return log.flatMap((event, index) => {
    const before = log[index - 1]
    if (event.type !== 'task.scheduled' || before?.type !== 'task.retry_scheduled') return []
    const { retryAt } = before.data as { retryAt: number }
    return event.time < retryAt
      ? [`7: ${event.taskId} was scheduled ${retryAt - event.time} ms before its back-off ended`]
      : []
  })
}

export interface AcknowledgedReport {
  agentId: string
  state: string
  details: JsonObject | null
}

/** Acknowledged reports that the log does not hold, each as often as it was acknowledged. */
export function lostReports(reports: readonly AcknowledgedReport[], events: readonly CommittedEvent[]): string[] {
  const kept = new Map<string, number>()
  const keyOf = (agentId: string, state: unknown, details: unknown) => JSON.stringify([agentId, state, details])
  for (const { type, agentId, data } of events) {
    if (type !== 'agent.state_changed') continue
    const { state, details } = data as { state: string; details: unknown }
    const key = keyOf(agentId ?? '', state, details)
    kept.set(key, (kept.get(key) ?? 0) + 1)
  }
  return reports.flatMap(({ agentId, state, details }) => {
    const key = keyOf(agentId, state, details)
    const left = kept.get(key) ?? 0
    kept.set(key, left - 1)
    return left > 0 ? [] : [`an acknowledged report is not in the log: ${key}`]
  })
}
