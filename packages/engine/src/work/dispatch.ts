/**
 * Sends tasks to agents. The intent was committed before the first byte leaves, and a resend bears the same key: the
 * attempt's id (reliability.md, 6). What becomes of it is a command to the session, and says whether the agent is
 * reachable.
 */
import type { AgentMessage, Json, JsonObject } from '@opscore/contract'
import type { Agents, RunningSession, Sessions } from '../aggregate/agents-and-sessions.ts'
import { RecentMap } from '../aggregate/kept/recent-map.ts'
import { type AskOutcome, createAsking } from '../asking/ask-for-result.ts'
import { acceptsCancel, answersWithResult, findPlace } from '../core/agent/availability.ts'
import type { AgentState } from '../core/agent/state.ts'
import type { CancelEffect, DispatchEffect } from '../core/effect.ts'
import { closesAt, findOpen, locate } from '../core/session/attempt/attempt.ts'
import { isTerminal } from '../core/session/state.ts'
import type { AgentLink, Delivery } from '../ports/agent-link.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'

export interface Dispatch {
  /** `at`: when the effect was committed. */
  send(effect: DispatchEffect, id: string, at: number): Promise<void>
  cancel(effect: CancelEffect, id: string): Promise<void>
  /** Calls off what no agent has answered yet: it stays in the outbox and is sent again at the next start. */
  stop(): void
}

/** Messages that were accepted or answered, of which the store could not take that in yet. */
const ACCEPTED = 1_000
/** Bytes of an answer that weigh as much as a message that was accepted. */
const LIGHT = 8_192

/** Cancelling is a courtesy: the place is kept until the agent speaks, so it is tried so often and then left. */
const CANCEL_TRIES = 3

export function createDispatch(parts: {
  store: Store
  agents: Agents
  sessions: Sessions
  link: AgentLink
  clock: Clock
  log: Log
}): Dispatch {
  const { store, agents, sessions, link, clock } = parts
  const stopping = new AbortController()
  /** By effect. Sent again the message could fail, though the agent has it: its place would be given to another task. */
  const accepted = new RecentMap<{ weight: number; delivery: Delivery }>(ACCEPTED, () => false)

  const ask = createAsking({ ...parts, stopping: stopping.signal })

  async function deliver(
    agent: AgentState,
    message: AgentMessage,
    key: string,
    more: { answerWithin?: number } = {},
  ): Promise<Delivery> {
    const { agentId, contactEndpoint } = agent.registration
    return link.deliver({ agentId, contactEndpoint, message, idempotencyKey: key, signal: stopping.signal, ...more })
  }

  /** `null` where there is nothing to be sent any more. */
  async function look(effect: DispatchEffect): Promise<{ agent: AgentState; task: TaskToSend } | null> {
    const running = await sessions.read(effect.sessionId)
    const agent = running && (await agents.read(effect.agentId))
    // Whatever took the place away, such as that the agent left, tells the session; it may have come back meanwhile.
    if (!agent || !findPlace(agent, effect.attemptId)) return null
    const task = taskToSend(running, effect, answersWithResult(agent.registration))
    return task && { agent, task }
  }

  async function deliverTask(effect: DispatchEffect, id: string, at: number): Promise<AskOutcome> {
    const first = await look(effect)
    if (!first) return 'not wanted'
    const { attemptId } = effect
    const { agent, task } = first
    if (!answersWithResult(agent.registration)) {
      const delivery = await deliver(agent, taskMessage(task, clock.now()), attemptId)
      return delivery.outcome === 'failed' && stopping.signal.aborted ? 'called off' : delivery
    }
    let known: typeof first | null = first
    const again = async (): Promise<Delivery | null> => {
      const wanted = known ?? (await look(effect))
      known = null
      if (!wanted) return null
      const now = clock.now()
      const answerWithin = Math.max(1, wanted.task.heardUntil - now)
      return deliver(wanted.agent, taskMessage(wanted.task, now), attemptId, { answerWithin })
    }
    return ask({ effect, id, at, deliver: again })
  }

  function keep(id: string, delivery: Delivery): void {
    if (delivery.outcome === 'accepted') accepted.set(id, { weight: 1, delivery })
    if (delivery.outcome === 'answered') accepted.set(id, { weight: 1 + delivery.bytes / LIGHT, delivery })
  }

  return {
    async send(effect, id, at) {
      const { sessionId, attemptId, agentId } = effect
      const known = accepted.get(id)
      const delivery = known?.delivery ?? (await deliverTask(effect, id, at))
      if (delivery === 'called off') return
      if (delivery === 'not wanted') return store.settle([id])
      if (!known) keep(id, delivery)
      if (delivery.outcome === 'answered') {
        await agents.execute(agentId, { type: 'answered', attemptId, answer: delivery.answer }, { done: id })
        return accepted.delete(id)
      }
      if (delivery.outcome === 'refused') {
        const { retryAfter, reason } = delivery
        await agents.execute(agentId, { type: 'refused', attemptId, retryAfter, reason }, { done: id })
        return
      }
      await agents.execute(agentId, { type: 'contacted', reached: delivery.outcome === 'accepted' || delivery.reached })
      await sessions.execute(sessionId, outcomeOf(delivery, effect), { done: id })
      accepted.delete(id)
    },
    async cancel({ sessionId, attemptId, agentId }, id) {
      const agent = await agents.read(agentId)
      if (agent && agent.live.deregisteredAt === null && acceptsCancel(agent)) {
        const message = cancelMessage(sessionId, attemptId, clock.now())
        for (let tries = 0; tries < CANCEL_TRIES; tries += 1) {
          const delivery = await deliver(agent, message, `${attemptId}:cancel`)
          if (stopping.signal.aborted) return
          if (delivery.outcome === 'accepted' || (delivery.outcome === 'failed' && !delivery.retryable)) break
        }
      }
      await store.settle([id])
    },
    stop: () => stopping.abort(new Error('Ops-Core stops')),
  }
}

interface TaskToSend {
  sessionId: string
  attemptId: string
  name: string
  parameters: JsonObject
  attempt: number
  deadline: number
  /** When nothing is waited for any more: as long after the deadline the place is kept for the agent's word. */
  heardUntil: number
}

/**
 * What is to be sent; `null` where the attempt is over, or at the agent already (it reported, or the outcome of an
 * earlier send was taken in). Whose answer is waited for has it, and is asked again for as long as the attempt is open. Its place is not given back here: whatever ended the attempt has seen to that, and may
 * have left it to an agent that works on.
 */
function taskToSend(
  { session, workflow }: RunningSession,
  effect: DispatchEffect,
  answers: boolean,
): TaskToSend | null {
  const { attemptId, agentId, place } = effect
  const located = locate(attemptId, session, workflow)
  if (!located || isTerminal(session.head.status)) return null
  const { definition, task } = located
  const attempt = findOpen(task, located.number)
  if (attempt?.agentId !== agentId) return null
  if ((attempt.status !== 'scheduled' && !answers) || (place ?? attempt.place) !== attempt.place) return null
  const { sessionId } = session.head
  const deadline = closesAt(definition, attempt)
  return {
    sessionId,
    attemptId,
    name: definition.name,
    parameters: objectOf(task.payload),
    attempt: attempt.attempt,
    deadline,
    heardUntil: deadline + definition.timeouts.startToClose,
  }
}

const objectOf = (value: Json): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}

/** The message of the wire contract, "AgentKit". */
function taskMessage(task: TaskToSend, now: number): AgentMessage {
  const { sessionId, attemptId, name, parameters, attempt } = task
  const deadline = new Date(task.deadline).toISOString()
  return {
    senderId: 'opscore_system_id',
    messageType: 'workflow_task',
    payload: { task_name: name, task_parameters: parameters, attempt, deadline },
    timestamp: new Date(now).toISOString(),
    sessionContext: { sessionId, priorMessages: [] },
    task_name: name,
    opscore_session_id: sessionId,
    opscore_task_id: attemptId,
  }
}

function cancelMessage(sessionId: string, attemptId: string, now: number): AgentMessage {
  return {
    senderId: 'opscore_system_id',
    messageType: 'workflow_cancel',
    payload: {},
    timestamp: new Date(now).toISOString(),
    sessionContext: { sessionId, priorMessages: [] },
    opscore_session_id: sessionId,
    opscore_task_id: attemptId,
  }
}

function outcomeOf(
  delivery: Extract<Delivery, { outcome: 'accepted' | 'failed' }>,
  { type: _, ...sent }: DispatchEffect,
) {
  if (delivery.outcome === 'accepted') return { ...sent, type: 'dispatched', via: delivery.via } as const
  const code = delivery.retryable ? 'DISPATCH_FAILED' : 'DISPATCH_REJECTED'
  return { ...sent, type: 'dispatch-failed', code, reason: delivery.reason } as const
}
