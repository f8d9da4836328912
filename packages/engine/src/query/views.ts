/** Aggregates as the wire shows them. */
import type {
  AgentStateHistoryEntry,
  AgentStateView,
  AgentView,
  AttemptView,
  SessionSummary,
  SessionView,
  StoredWorkflow,
  TaskView,
  WorkflowSummary,
} from '@opscore/contract'
import type { RunningSession } from '../aggregate/agents-and-sessions.ts'
import { roomOf } from '../core/agent/availability.ts'
import { livenessOf } from '../core/agent/liveness.ts'
import type { AgentState } from '../core/agent/state.ts'
import type { CommittedEvent } from '../core/event.ts'
import { type AttemptState, attemptIdOf, type SessionHead, type TaskState } from '../core/session/state.ts'

const iso = (time: number): string => new Date(time).toISOString()
const isoOrNull = (time: number | null): string | null => (time === null ? null : iso(time))

export function agentStateView({ registration, live }: AgentState): AgentStateView {
  return { agentId: registration.agentId, state: live.state, details: live.details, timestamp: live.timestamp }
}

export function agentView(state: AgentState): AgentView {
  const { registration, live } = state
  return {
    ...registration,
    registeredAt: iso(registration.registeredAt),
    updatedAt: iso(registration.updatedAt),
    state: live.state,
    details: live.details,
    timestamp: live.timestamp,
    liveness: livenessOf(state),
    lastSeenAt: iso(live.seenAt),
    room: roomOf(state),
    places: live.places.map(({ attemptId, sessionId, taskId, takenAt }) => ({
      attemptId,
      sessionId,
      taskId,
      takenAt: iso(takenAt),
    })),
    hold: live.hold ? { ...live.hold, since: iso(live.hold.since), drainedAt: isoOrNull(live.hold.drainedAt) } : null,
  }
}

/** A report, or the state that a registration gave; `null` for an event that says nothing of the state. */
export function historyEntry({ partition, position, type, time, data }: CommittedEvent): AgentStateHistoryEntry | null {
  if (type !== 'agent.state_changed' && type !== 'agent.registered') return null
  // The data of both types holds these three (core/agent/events.ts).
  const { state, details, timestamp } = data as Pick<AgentStateHistoryEntry, 'state' | 'details' | 'timestamp'>
  return { eventId: `${partition}-${position}`, state, details, timestamp, receivedAt: iso(time) }
}

export function sessionSummary(head: SessionHead): SessionSummary {
  const { sessionId, workflowId, workflowVersion, workflowRevision, agentId, status, error } = head
  return {
    sessionId,
    workflowId,
    workflowVersion,
    workflowRevision,
    agentId,
    status,
    startTime: iso(head.startedAt),
    lastUpdatedTime: iso(head.updatedAt),
    endTime: isoOrNull(head.endedAt),
    error,
  }
}

export function sessionView(running: RunningSession): SessionView {
  const { head, tasks } = running.session
  const { input, metadata, result, warnings } = head
  const reached = tasks.flatMap((task) => (task ? [taskView(running, task)] : []))
  return { ...sessionSummary(head), input, metadata, result, warnings, tasks: reached }
}

export function taskView({ session, workflow }: RunningSession, task: TaskState): TaskView {
  const { taskId, taskDefinitionId, status, payload, result, error, lateResults, progress } = task
  return {
    taskId,
    taskDefinitionId,
    sessionId: session.head.sessionId,
    workflowId: session.head.workflowId,
    agentId: task.attempts.at(-1)?.agentId ?? null,
    name: workflow.byId.get(taskDefinitionId)?.name ?? taskDefinitionId,
    status,
    payload,
    result,
    error,
    attempts: task.attempts.map((attempt) => attemptView(taskId, attempt)),
    lateResults,
    progress,
    createdAt: iso(task.createdAt),
    updatedAt: iso(task.updatedAt),
  }
}

function attemptView(taskId: string, attempt: AttemptState): AttemptView {
  const { agentId, status, receipt, error } = attempt
  return {
    attempt: attempt.attempt,
    attemptId: attemptIdOf(taskId, attempt.attempt),
    agentId,
    status,
    receipt,
    scheduledAt: iso(attempt.scheduledAt),
    dispatchedAt: isoOrNull(attempt.dispatchedAt),
    startedAt: isoOrNull(attempt.startedAt),
    endedAt: isoOrNull(attempt.endedAt),
    error,
  }
}

export function workflowSummary({
  id,
  definition,
  revision,
  hash,
  createdAt,
  updatedAt,
}: StoredWorkflow): WorkflowSummary {
  const { name = null, version = null, description = null, expose = null, tasks } = definition
  return { id, name, version, description, expose, revision, hash, tasks: tasks.length, createdAt, updatedAt }
}
