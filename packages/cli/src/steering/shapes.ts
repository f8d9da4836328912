/** How the command line shows what Ops-Core knows. */
import type {
  AgentStateView,
  AgentView,
  AgentWaiting,
  CreatedKey,
  KeyView,
  OpsEvent,
  SessionSummary,
  SessionView,
  StoredWorkflow,
  TaskView,
  TriggerResponse,
  WaitCause,
  WorkflowRevision,
  WorkflowSummary,
} from '@opscore/contract'
import { jsonText } from '../terminal/data-text.ts'
import type { Shape } from './print.ts'

export const SESSION_ROW: Shape<SessionSummary> = {
  name: (session) => session.sessionId,
  columns: {
    SESSION: (session) => session.sessionId,
    WORKFLOW: (session) => session.workflowId,
    STATUS: (session) => session.status,
    AGENT: (session) => session.agentId,
    STARTED: (session) => session.startTime,
    ENDED: (session) => session.endTime,
  },
}

export const SESSION: Shape<SessionView> = {
  name: (session) => session.sessionId,
  columns: {
    ...SESSION_ROW.columns,
    RESULT: (session) => (session.result === null ? null : jsonText(session.result)),
    ERROR: ({ error }) => (error ? `${error.code}: ${error.message}` : null),
  },
}

export const TASK: Shape<TaskView> = {
  name: (task) => task.taskId,
  columns: {
    TASK: (task) => task.taskId,
    DEFINITION: (task) => task.taskDefinitionId,
    STATUS: (task) => task.status,
    AGENT: (task) => task.agentId,
    ATTEMPTS: (task) => task.attempts.length,
    PROGRESS: ({ progress }) => (progress ? progressText(progress) : null),
    ERROR: ({ error }) => (error ? `${error.code}: ${error.message}` : null),
  },
}

export const WAITING_TASK: Shape<AgentWaiting['items'][number]> = {
  name: (task) => task.taskId,
  columns: {
    TASK: (task) => task.taskId,
    CAPABILITY: (task) => task.capability,
    PRIORITY: (task) => task.priority,
    SINCE: (task) => task.since,
  },
}

export const EVENT: Shape<OpsEvent> = {
  name: (event) => event.id,
  columns: {
    EVENT: (event) => event.id,
    TIME: (event) => event.time,
    TYPE: (event) => event.type,
    TASK: (event) => event.taskDefinitionId ?? null,
    ATTEMPT: (event) => event.attempt ?? null,
    AGENT: (event) => event.agentId ?? null,
  },
}

export const CAUSE: Shape<WaitCause> = {
  name: (cause) => cause.code,
  columns: {
    TASK: (cause) => cause.taskDefinitionId,
    CAUSE: (cause) => cause.code,
    SINCE: (cause) => cause.since,
    UNTIL: (cause) => cause.until ?? null,
    DETAIL: (cause) => cause.detail,
    HINT: (cause) => cause.hint,
  },
}

const heldText = ({ kind, drainedAt }: NonNullable<AgentView['hold']>): string =>
  drainedAt === null ? (kind === 'drain' ? 'draining' : 'paused') : 'drained'

export const AGENT: Shape<AgentView> = {
  name: (agent) => agent.agentId,
  columns: {
    AGENT: (agent) => agent.agentId,
    NAME: (agent) => agent.agentName,
    STATE: (agent) => agent.state,
    LIVENESS: (agent) => agent.liveness,
    HELD: ({ hold }) => (hold ? heldText(hold) : null),
    TASKS: (agent) => `${agent.places.length}/${agent.room}`,
    CAPABILITIES: (agent) => agent.capabilities.join(','),
    'LAST SEEN': (agent) => agent.lastSeenAt,
  },
}

export const AGENT_STATE: Shape<AgentStateView> = {
  name: (agent) => agent.state,
  columns: {
    AGENT: (agent) => agent.agentId,
    STATE: (agent) => agent.state,
    REPORTED: (agent) => agent.timestamp,
    DETAILS: ({ details }) => (details ? jsonText(details) : null),
  },
}

export const KEY_ROW: Shape<KeyView> = {
  name: (key) => key.keyId,
  columns: {
    'KEY ID': (key) => key.keyId,
    NAME: (key) => key.name,
    SCOPES: (key) => key.scopes.join(','),
    AGENTS: ({ agentIds }) => agentIds?.join(',') ?? 'all',
    CREATED: (key) => key.createdAt,
    EXPIRES: (key) => key.expiresAt,
    REVOKED: (key) => key.revokedAt,
  },
}

export const CREATED_KEY: Shape<CreatedKey> = {
  name: KEY_ROW.name,
  columns: { ...KEY_ROW.columns, KEY: ({ key }) => key },
}

export const WORKFLOW_ROW: Shape<WorkflowSummary> = {
  name: (workflow) => workflow.id,
  columns: {
    WORKFLOW: (workflow) => workflow.id,
    NAME: (workflow) => workflow.name,
    VERSION: (workflow) => workflow.version,
    REVISION: (workflow) => workflow.revision,
    TASKS: (workflow) => workflow.tasks,
    UPDATED: (workflow) => workflow.updatedAt,
  },
}

export const REVISION: Shape<WorkflowRevision> = {
  name: ({ revision }) => String(revision),
  columns: {
    REVISION: ({ revision }) => revision,
    STORED: ({ storedAt }) => storedAt,
    HASH: ({ hash }) => hash,
  },
}

export const WORKFLOW: Shape<StoredWorkflow> = {
  name: (workflow) => workflow.id,
  columns: {
    WORKFLOW: (workflow) => workflow.id,
    NAME: ({ definition }) => definition.name ?? null,
    REVISION: (workflow) => workflow.revision,
    UPDATED: (workflow) => workflow.updatedAt,
    TASKS: ({ definition }) => definition.tasks.map(({ taskId }) => taskId).join(','),
  },
}

/** What became of a definition in a file, or what would. */
export interface Applied {
  file: string
  workflowId: string
  change: 'created' | 'updated' | 'unchanged'
  /** The one that is stored; `null` where there is none. */
  revision: number | null
}

export const APPLIED: Shape<Applied> = {
  name: (applied) => applied.workflowId,
  columns: {
    WORKFLOW: (applied) => applied.workflowId,
    CHANGE: (applied) => applied.change,
    REVISION: (applied) => applied.revision,
    FILE: (applied) => applied.file,
  },
}

export const TRIGGERED: Shape<TriggerResponse> = {
  name: (triggered) => triggered.sessionId,
  columns: {
    SESSION: (triggered) => triggered.sessionId,
    WORKFLOW: (triggered) => triggered.workflowId,
    MESSAGE: (triggered) => triggered.message,
  },
}

function progressText({ fraction, text }: NonNullable<TaskView['progress']>): string {
  const percent = fraction === null ? [] : [`${Math.round(fraction * 100)} %`]
  return [...percent, ...(text === null ? [] : [text])].join(' ')
}
