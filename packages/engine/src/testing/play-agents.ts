/**
 * Agents for a virtual session: every task that waits is taken, and its attempt goes as its act says. Time jumps from
 * one thing that happens to the next. What happens at the same instant happens in this order: what agents say, what
 * people do, what the passing of time does.
 */

import { parseDuration } from '@opscore/workflow'
import { DomainError } from '../core/domain-error.ts'
import { findOpen } from '../core/session/attempt/attempt.ts'
import { fittingPayload } from '../core/session/fitting-value.ts'
import type { DecideCommand } from '../core/session/person/decide-approval.ts'
import type { SignalCommand } from '../core/session/person/signal.ts'
import { attemptIdOf, isTerminal, type TaskState } from '../core/session/state.ts'
import { AGENT_ID, SESSION_ID, START, type VirtualSession } from './virtual-session.ts'
import type { OperatorAct, TaskAct } from './workflow-case.ts'

export interface Script {
  actOf(taskId: string, attempt: number): TaskAct
  operator?: readonly OperatorAct[] | undefined
}

/** A person's action that the session's status did not allow. */
export interface Refusal {
  act: OperatorAct
  message: string
}

/** One attempt, as its agent sees it. */
interface Work {
  taskId: string
  index: number
  attempt: number
  attemptId: string
  act: TaskAct
}

interface Entry {
  at: number
  rank: 'agent' | 'operator'
  happen: () => void
}

/** More than this does not end: heartbeats every millisecond, or a definition that no session should run. */
const MAX_STEPS = 200_000

/**
 * Plays on until the session has ended and nobody has anything left to do with it.
 * @throws RangeError for what is no duration, and where the session takes too many steps
 */
export function playAgents(session: VirtualSession, { actOf, operator = [] }: Script): Refusal[] {
  const refusals: Refusal[] = []
  const agenda: Entry[] = operator.map((act) => ({
    at: START + milliseconds(act.at),
    rank: 'operator',
    happen: () => operate(session, act, refusals),
  }))
  const desk = createDesk(session, agenda, actOf)
  for (let step = 0; step < MAX_STEPS; step += 1) {
    desk.take()
    const entry = firstOf(agenda)
    const { wakeAt } = session
    const at = Math.min(entry?.at ?? Number.POSITIVE_INFINITY, wakeAt ?? Number.POSITIVE_INFINITY)
    if (at === Number.POSITIVE_INFINITY) return refusals
    session.advanceTo(at)
    if (entry && entry.at <= at) {
      agenda.splice(agenda.indexOf(entry), 1)
      entry.happen()
    } else session.send({ type: 'wake' })
  }
  throw new RangeError(`The session has not ended after ${MAX_STEPS} steps; are there so many heartbeats?`)
}

function firstOf(agenda: readonly Entry[]): Entry | undefined {
  return agenda.reduce<Entry | undefined>((first, entry) => {
    const isEarlier = !first || entry.at < first.at || (entry.at === first.at && entry.rank < first.rank)
    return isEarlier ? entry : first
  }, undefined)
}

function operate(session: VirtualSession, act: OperatorAct, refusals: Refusal[]): void {
  try {
    switch (act.action) {
      case 'cancel':
      case 'pause':
        return session.send({ type: act.action, reason: '' })
      case 'adopt':
        return session.send({ type: 'adopt', taskDefinitionId: act.task ?? '', attemptId: null })
      case 'signal':
        return session.send(signalOf(session, act))
      case 'decide':
        return session.send(decisionOf(session, act))
      default:
        return session.send({ type: act.action })
    }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    refusals.push({ act, message: error.message })
  }
}

function signalOf({ workflow }: VirtualSession, { at, name = '', payload = null }: OperatorAct): SignalCommand {
  return { type: 'signal', id: `${at}`, name, payload: fittingPayload(workflow, name, payload) }
}

function decisionOf(session: VirtualSession, act: OperatorAct): DecideCommand {
  const { by = 'operator', decision = 'approved', comment = null, content } = act
  const task = session.state.tasks.find((one) => one?.taskDefinitionId === act.task)
  return {
    type: 'decide',
    attemptId: task ? attemptIdOf(task.taskId, task.attempts.length) : '',
    decision,
    comment,
    ...(content === undefined ? {} : { content }),
    by: { keyId: by, name: by, scopes: ['approve'] },
  }
}

/** Who takes the tasks and does them. */
function createDesk(session: VirtualSession, agenda: Entry[], actOf: Script['actOf']) {
  const seen = new Set<string>()
  const late: Work[] = []

  const after = (delay: number, happen: () => void) => agenda.push({ at: session.now + delay, rank: 'agent', happen })
  const isOpen = ({ index, attempt }: Work) =>
    !isTerminal(session.state.head.status) && findOpen(session.state.tasks[index], attempt) !== null

  function begin(work: Work): void {
    if (!isOpen(work)) return
    // Nothing new starts in a pause: the task waits on, and is looked at again when something has moved.
    if (session.state.head.status === 'paused') return void seen.delete(work.attemptId)
    const { act, attemptId } = work
    const receipt = { chosen: AGENT_ID, reason: 'SESSION_AGENT' as const, candidates: [], considered: 1 }
    session.send({ type: 'assigned', sessionId: SESSION_ID, attemptId, agentId: AGENT_ID, receipt })
    session.send({ type: 'dispatched', attemptId, via: 'direct' })
    const takes = milliseconds(act.takes)
    if (takes > 0 || act.late !== undefined) report(session, work, 'running')
    beat(work, session.now + (act.takes === undefined && act.silent ? Number.POSITIVE_INFINITY : takes))
    if (act.late !== undefined) late.push(work)
    else if (!act.silent) after(takes, () => report(session, work, 'ended'))
  }

  function beat(work: Work, until: number): void {
    const interval = milliseconds(work.act.heartbeatEvery)
    if (interval === 0 || session.now + interval >= until) return
    after(interval, () => {
      if (!isOpen(work)) return
      session.send({ type: 'heartbeat', attemptId: work.attemptId, progress: null })
      beat(work, until)
    })
  }

  return {
    /** Takes what waits, and plans the answers of those whose attempts are over by now. */
    take(): void {
      for (const one of waiting(session)) {
        if (seen.has(one.attemptId)) continue
        seen.add(one.attemptId)
        const work = { ...one, act: actOf(one.taskId, one.attempt) }
        const waits = milliseconds(work.act.waits)
        if (waits === 0) begin(work)
        else after(waits, () => begin(work))
      }
      for (const work of late.filter((one) => !isOpen(one))) {
        late.splice(late.indexOf(work), 1)
        after(milliseconds(work.act.late), () => report(session, work, 'ended'))
      }
    },
  }
}

/** The attempts that no agent has, of a session in which something may start. */
function waiting(session: VirtualSession): Omit<Work, 'act'>[] {
  const { head, tasks } = session.state
  if (isTerminal(head.status) || head.status === 'paused') return []
  return tasks.flatMap((task, index) => {
    const attempt = task && waitingAttempt(task)
    if (!task || !attempt) return []
    return [{ taskId: task.taskDefinitionId, index, attempt, attemptId: attemptIdOf(task.taskId, attempt) }]
  })
}

/** The number of the attempt that stands in a line. */
export function waitingAttempt(task: TaskState): number | null {
  const last = task.attempts.at(-1)
  return task.status === 'pending' && last?.endedAt === null && last.agentId === null ? last.attempt : null
}

function report(session: VirtualSession, { act, attemptId }: Work, what: 'running' | 'ended'): void {
  const outcome = what === 'running' ? 'running' : act.error ? 'failed' : 'completed'
  session.send({
    type: 'reported',
    sessionId: SESSION_ID,
    attemptId,
    agentId: AGENT_ID,
    state: { running: 'active', failed: 'error', completed: 'idle' }[outcome],
    outcome,
    result: outcome === 'completed' ? (act.result ?? null) : null,
    error:
      outcome === 'failed' && act.error ? { message: `The agent failed with ${act.error.code}`, ...act.error } : null,
    receivedAt: session.now,
  })
}

/** Nothing where it is absent. @throws RangeError for what is no duration */
export function milliseconds(duration: string | number | undefined): number {
  if (duration === undefined) return 0
  const parsed = parseDuration(duration)
  if (!parsed.ok) throw new RangeError(`${JSON.stringify(duration)} ${parsed.message}`)
  return parsed.milliseconds
}
