/**
 * Why is it waiting? For whatever is open in a session there is at least one cause, with what would move it
 * (engine.md, "Why is it waiting?").
 */
import type { WaitCause } from '@opscore/contract'
import type { CompiledTask, CompiledWorkflow } from '@opscore/workflow'
import { type Availability, availabilityOf, isDependable } from './agent/availability.ts'
import { type AgentState, lingers } from './agent/state.ts'
import { closesAt, openAttempt } from './session/attempt/attempt.ts'
import { approversOf } from './session/kinds/approval.ts'
import {
  type AttemptState,
  hasEnded,
  isTerminal,
  type SessionState,
  type TaskState,
  taskIdOf,
  type Waiting,
} from './session/state.ts'

/** What has to be known of the agents that a waiting task could go to. */
export interface Surroundings {
  /** The one agent that the task waits for, `null` where it is not registered; absent where a capability is asked. */
  agent?: { agentId: string; state: AgentState | null }
  /** The agents registered with the capability, where that is what it waits for. */
  candidates?: AgentState[]
}

/** Every cause in the session, in the order of its definition. Empty only where the session has ended. */
export function explain(
  { head, tasks }: SessionState,
  workflow: CompiledWorkflow,
  surroundings: ReadonlyMap<string, Surroundings>,
): WaitCause[] {
  if (isTerminal(head.status)) return []
  const causes = workflow.tasks.flatMap((definition) => {
    const task = tasks[definition.index]
    if (!task) return awaitingJoin(head.sessionId, definition, tasks, workflow)
    if (hasEnded(task)) return []
    return [
      { ...about(task), ...causeOf(definition, task, surroundings.get(task.taskId) ?? {}, head.status === 'paused') },
    ]
  })
  const paused: WaitCause = {
    taskId: null,
    taskDefinitionId: null,
    code: 'PAUSED',
    since: iso(head.updatedAt),
    detail: 'The session is paused: running tasks end, nothing new starts',
    hint: head.heldFailure ? `Resume the session: it fails with ${head.heldFailure.code} then` : 'Resume the session',
  }
  return head.status === 'paused' ? [paused, ...causes] : causes
}

type Cause = Omit<WaitCause, 'taskId' | 'taskDefinitionId'>

const iso = (time: number): string => new Date(time).toISOString()
const about = ({ taskId, taskDefinitionId }: TaskState) => ({ taskId, taskDefinitionId })

function causeOf(definition: CompiledTask, task: TaskState, around: Surroundings, paused: boolean): Cause {
  const attempt = openAttempt(task)
  if (!attempt && paused) return pausedSince(task.updatedAt)
  if (!attempt) {
    const until = task.retryAt === null ? {} : { until: iso(task.retryAt) }
    const detail = `The attempt before failed${task.error ? `: ${task.error.message}` : ''}`
    return {
      code: 'BACKING_OFF',
      since: iso(task.updatedAt),
      ...until,
      detail,
      hint: 'The next attempt comes by itself',
    }
  }
  if (definition.work && !attempt.waiting) return pausedSince(attempt.scheduledAt)
  if (attempt.waiting) return whatFor(definition, attempt, attempt.waiting)
  if (attempt.agentId !== null) {
    const since = iso(attempt.startedAt ?? attempt.dispatchedAt ?? attempt.assignedAt ?? attempt.scheduledAt)
    const until = iso(closesAt(definition, attempt))
    const detail = `Agent ${attempt.agentId} has the task and has not reported its end`
    return {
      code: 'AWAITING_REPORT',
      since,
      until,
      detail,
      hint: 'The agent reports, or the attempt times out and is retried',
    }
  }
  const since = iso(attempt.scheduledAt)
  if (paused) return pausedSince(attempt.scheduledAt)
  const until = iso(attempt.scheduledAt + definition.timeouts.scheduleToStart)
  return { since, until, ...whyNobody(definition, around, attempt.attempt > 1) }
}

/** What a task waits for that no agent does. */
function whatFor({ work }: CompiledTask, attempt: AttemptState, { until, signals, title }: Waiting): Cause {
  const since = iso(attempt.startedAt ?? attempt.scheduledAt)
  const ends = until === null ? {} : { until: iso(until) }
  if (work?.kind === 'approval') {
    const { scopes = [], keys = [], count = 1 } = approversOf(work, attempt)
    const who =
      [...keys, ...scopes.map((scope) => `whoever has the scope ${scope}`)].join(', ') || 'anybody who may approve'
    const agreed = attempt.decisions?.length ?? 0
    const detail = `Asks ${who}: ${title ?? ''}${count > 1 ? ` (${agreed} of ${count} have decided)` : ''}`
    return { code: 'AWAITING_APPROVAL', since, ...ends, detail, hint: 'Decide: opscore approval list' }
  }
  if (signals) {
    const names = signals.map((name) => `"${name}"`).join(' or ')
    return {
      code: 'AWAITING_SIGNAL',
      since,
      ...ends,
      detail: `Waits for the signal ${names}`,
      hint: 'Send it: opscore signal',
    }
  }
  return { code: 'AWAITING_TIME', since, ...ends, detail: 'Waits for a time', hint: 'It goes on by itself' }
}

const pausedSince = (since: number): Cause => ({
  code: 'PAUSED',
  since: iso(since),
  detail: 'The session is paused, and this waiting stands still',
  hint: 'Resume the session',
})

type Why = Pick<WaitCause, 'code' | 'detail' | 'hint'>

function whyNobody(definition: CompiledTask, { agent, candidates = [] }: Surroundings, isRetry: boolean): Why {
  if (agent) return agent.state ? whyNot(agent.state) : unknownAgent(agent.agentId)
  if (candidates.length === 0) {
    const detail = `No registered agent has the capability "${definition.capability}"`
    return { code: 'NO_SUCH_CAPABILITY', detail, hint: 'Register an agent with it' }
  }
  // A retry waits for one that can be depended on, where there is one (routing.ts).
  const dependable = isRetry ? candidates.filter(isDependable) : []
  const [likeliest] = (dependable.length > 0 ? dependable : candidates)
    .map(whyNot)
    .sort((a, b) => LIKELIEST.indexOf(a.code) - LIKELIEST.indexOf(b.code))
  const others = candidates.length - 1
  const more = others > 0 ? ` (and ${others} more with the capability can take it neither)` : ''
  return likeliest ? { ...likeliest, detail: likeliest.detail + more } : BEING_PLACED
}

/** Of several agents that cannot take a task, the one that will be able to soonest says why. */
const LIKELIEST: WaitCause['code'][] = [
  'BEING_PLACED',
  'AGENT_BUSY',
  'AGENT_REFUSED',
  'AGENT_NOT_READY',
  'AGENT_PAUSED',
  'DISPATCH_UNREACHABLE',
  'AGENT_IN_ERROR',
  'AGENT_OFFLINE',
  'AGENT_UNKNOWN',
]

const BEING_PLACED: Why = {
  code: 'BEING_PLACED',
  detail: 'An agent is ready and the task is being given to it',
  hint: 'Nothing; if this stays, the server cannot write',
}

function unknownAgent(agentId: string): Why {
  return { code: 'AGENT_UNKNOWN', detail: `Agent ${agentId} is not registered`, hint: 'Register the agent again' }
}

const HINTS: Record<Exclude<Availability, 'READY'>, string> = {
  AGENT_BUSY: 'One of its tasks ends, or it declares more room',
  AGENT_REFUSED: 'The agent reports an end, or its pause is over; another agent with the capability is tried at once',
  AGENT_NOT_READY: 'The agent reports idle',
  AGENT_PAUSED: 'Resume the agent',
  AGENT_IN_ERROR: 'The agent reports another state, such as idle',
  AGENT_OFFLINE: 'The agent comes back and reports idle',
  DISPATCH_UNREACHABLE: 'The agent can be connected to again; it is probed at least once a minute',
}

/** Why none of these takes a task: of several, the one that will be able to soonest says it. */
export function whyNoneOf(agents: Iterable<AgentState>): WaitCause['code'] {
  let best = LIKELIEST.length
  for (const agent of agents) {
    const availability = availabilityOf(agent)
    best = Math.min(best, LIKELIEST.indexOf(availability === 'READY' ? 'BEING_PLACED' : availability))
    if (best === 0) break
  }
  return LIKELIEST[best] ?? 'NO_SUCH_CAPABILITY'
}

/** Why this agent takes no task at the moment. */
export function whyNot(state: AgentState): Why {
  const availability = availabilityOf(state)
  if (availability === 'READY') return BEING_PLACED
  const { agentId } = state.registration
  return { code: availability, detail: `Agent ${agentId} ${DETAILS[availability](state)}`, hint: HINTS[availability] }
}

const inState = ({ live }: AgentState): string =>
  `is in the state "${live.state}"${live.silence === 'offline' ? ' and silent' : ''}`

const DETAILS: Record<Exclude<Availability, 'READY'>, (state: AgentState) => string> = {
  AGENT_BUSY: ({ live: { places } }) => {
    const over = places.filter(lingers).length
    const still = over === 0 ? '' : `; ${over} of them are over, and it may still be at work on them`
    return `holds ${places.length} tasks and has room for no more${still}`
  },
  AGENT_REFUSED: ({ live: { demoted } }) =>
    `refused a task for want of room, and is not asked again before it reports an end or ${iso(demoted?.until ?? 0)}`,
  DISPATCH_UNREACHABLE: ({ live }) => `could not be reached by the last ${live.failedDispatches} tries`,
  AGENT_NOT_READY: inState,
  AGENT_PAUSED: ({ live: { hold } }) =>
    `is ${hold?.kind === 'drain' ? 'drained' : 'paused'} by an operator since ${iso(hold?.since ?? 0)}: ${hold?.reason ?? ''}`,
  AGENT_IN_ERROR: inState,
  AGENT_OFFLINE: inState,
}

/** A task that something has reached, while it waits for the rest. */
function awaitingJoin(
  sessionId: string,
  definition: CompiledTask,
  tasks: SessionState['tasks'],
  workflow: CompiledWorkflow,
): WaitCause[] {
  const sources = definition.incoming.map((id) => tasks[workflow.byId.get(id)?.index ?? -1])
  const taken = sources.filter((task) => task?.taken?.includes(definition.taskId))
  const open = definition.incoming.filter((_, index) => !sources[index] || !hasEnded(sources[index]))
  const [first] = taken
  if (!first || open.length === 0) return []
  return [
    {
      taskId: taskIdOf(sessionId, definition.index),
      taskDefinitionId: definition.taskId,
      code: 'AWAITING_JOIN',
      since: iso(Math.min(...taken.map((task) => task?.updatedAt ?? first.updatedAt))),
      detail: `Waits for ${open.map((id) => `"${id}"`).join(', ')}`,
      hint: 'They end, or can no longer lead here',
    },
  ]
}
