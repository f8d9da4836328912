import type { OpsEvent, SessionStatus, SessionSummary } from '@opscore/contract'
import { numberOf, textOf } from './event-data.ts'

/** What a list of sessions shows; an absent field lets everything through. */
export interface SessionFilter {
  status?: SessionStatus[] | undefined
  workflowId?: string[] | undefined
  agentId?: string[] | undefined
  startedFrom?: string | undefined
  startedTo?: string | undefined
}

export function fits(session: SessionSummary, filter: SessionFilter): boolean {
  const { status, workflowId, agentId, startedFrom, startedTo } = filter
  return (
    (status === undefined || status.includes(session.status)) &&
    (workflowId === undefined || workflowId.includes(session.workflowId)) &&
    (agentId === undefined || agentId.includes(session.agentId)) &&
    (startedFrom === undefined || Date.parse(session.startTime) >= Date.parse(startedFrom)) &&
    (startedTo === undefined || Date.parse(session.startTime) < Date.parse(startedTo))
  )
}

/** The session that began with `session.started`. */
export function begun({ sessionId = '', data, time }: OpsEvent): SessionSummary {
  return {
    sessionId,
    workflowId: textOf(data.workflowId) ?? '',
    workflowVersion: textOf(data.workflowVersion) ?? null,
    workflowRevision: numberOf(data.workflowRevision) ?? null,
    agentId: textOf(data.agentId) ?? '',
    status: 'started',
    startTime: time,
    lastUpdatedTime: time,
    endTime: null,
    error: null,
  }
}

/** What an event changes of a session's row. One that goes on stays in its place, though a filter may fit it no more. */
export function foldSession(session: SessionSummary, event: OpsEvent): SessionSummary {
  const { type, time } = event
  const after = { ...session, lastUpdatedTime: time }
  switch (type) {
    case 'session.completed':
      return { ...after, status: 'completed', endTime: time }
    case 'session.cancelled':
      return { ...after, status: 'cancelled', endTime: time }
    case 'session.failed':
      return { ...after, status: 'failed', endTime: time, error: errorOf(event) }
    case 'session.paused':
      return { ...after, status: 'paused' }
    case 'session.resumed':
      return { ...after, status: 'running' }
    case 'session.retried':
      return { ...after, status: 'running', endTime: null, error: null }
    default:
      return session.status === 'started' && type.startsWith('task.') ? { ...after, status: 'running' } : after
  }
}

function errorOf({ data }: OpsEvent): SessionSummary['error'] {
  const { error } = data
  if (typeof error !== 'object' || error === null || Array.isArray(error)) return null
  const taskId = textOf(error.taskId)
  const said = { code: textOf(error.code) ?? '', message: textOf(error.message) ?? '' }
  return taskId === undefined ? said : { ...said, taskId }
}
