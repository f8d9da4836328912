/** What a recorded session is: a definition, what its agents do, and what people do to it, in virtual time. */
import type { JsonObject, RoutingReceipt } from '@opscore/contract'
import { checkDefinition } from '@opscore/workflow'
import { attemptIdOf, taskIdOf } from '../../src/core/session/state.ts'
import { playAgents } from '../../src/testing/play-agents.ts'
import { SESSION_ID, startVirtualSession, type VirtualSession } from '../../src/testing/virtual-session.ts'
import type { OperatorAct, TaskAct } from '../../src/testing/workflow-case.ts'
import { committed, fold, HISTORY_FORMAT } from './history.ts'

export interface SessionScenario {
  name: string
  definition: JsonObject
  input?: JsonObject
  /** By task id, an act for each attempt, of which the last holds for all later ones; a task that is not named completes at once. */
  tasks?: Readonly<Record<string, readonly TaskAct[]>>
  operator?: readonly OperatorAct[]
  /** What is said to the session before its agents begin; where an agent has taken a task by then, its report is here too. */
  before?: (session: VirtualSession) => void
}

/** Plays the scenario to its end. The same scenario gives the same history. */
export function recordSession({ name, definition, input, tasks = {}, operator, before }: SessionScenario): unknown {
  const { compiled, problems } = checkDefinition(definition)
  if (!compiled) throw new Error(`${name}: ${JSON.stringify(problems)}`)
  const session = startVirtualSession(compiled, { input, random: () => 0.5 })
  before?.(session)
  const actOf = (taskId: string, attempt: number): TaskAct => {
    const acts = tasks[taskId] ?? []
    return acts[Math.min(attempt, acts.length) - 1] ?? {}
  }
  const refusals = playAgents(session, { actOf, operator })
  if (refusals.length > 0) throw new Error(`${name}: ${JSON.stringify(refusals)}`)
  const events = committed(session.events)
  return { format: HISTORY_FORMAT, kind: 'session', name, definition, events, state: fold('session', events) }
}

/** The id of an attempt of the task at this place of the definition. */
export function attemptOf(index: number, attempt: number): string {
  return attemptIdOf(taskIdOf(SESSION_ID, index), attempt)
}

/** An agent takes a place for the attempt, and the message gets through to it. */
export function give(session: VirtualSession, attemptId: string, receipt: RoutingReceipt): void {
  session.send({ type: 'assigned', sessionId: SESSION_ID, attemptId, agentId: receipt.chosen, receipt })
  session.send({ type: 'dispatched', attemptId, via: 'agentkit' })
}

/** As an agent's `idle` says it. */
export function completed(session: VirtualSession, attemptId: string, agentId: string, result: JsonObject): void {
  session.send({
    type: 'reported',
    sessionId: SESSION_ID,
    attemptId,
    agentId,
    state: 'idle',
    outcome: 'completed',
    result,
    error: null,
    receivedAt: session.now,
  })
}
