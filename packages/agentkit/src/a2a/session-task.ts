import { type Artifact, type Message, type Part, Role, type Task, TaskState, type TaskStatus } from '@a2a-js/sdk'
import type { Json, SessionStatus, SessionSummary, SessionView } from '@opscore/contract'

/** A session as a task of A2A. A pause is the operator's affair: whoever waits is not asked for anything. */
const STATES: Readonly<Record<SessionStatus, TaskState>> = {
  started: TaskState.TASK_STATE_SUBMITTED,
  running: TaskState.TASK_STATE_WORKING,
  paused: TaskState.TASK_STATE_WORKING,
  completed: TaskState.TASK_STATE_COMPLETED,
  failed: TaskState.TASK_STATE_FAILED,
  cancelled: TaskState.TASK_STATE_CANCELED,
}

/** The statuses that a state stands for; none where no session is ever in it. */
export function statusesOf(state: TaskState): SessionStatus[] {
  return Object.entries(STATES).flatMap(([status, one]) => (one === state ? [status as SessionStatus] : []))
}

/** A session is a context of its own: nothing that is sent later belongs to it. */
export function taskOf(session: SessionSummary | SessionView): Task {
  const { sessionId, workflowId, agentId } = session
  return {
    id: sessionId,
    contextId: sessionId,
    status: taskStatus(session),
    artifacts: 'result' in session ? artifactsOf(session) : [],
    history: [],
    metadata: { workflowId, agentId },
  }
}

export function taskStatus({ sessionId, status, error, lastUpdatedTime }: SessionSummary): TaskStatus {
  const message = error ? said(sessionId, `${error.code}: ${error.message}`) : undefined
  return { state: STATES[status], message, timestamp: lastUpdatedTime }
}

/** What a completed session came to. */
export function artifactsOf({ status, result }: SessionView): Artifact[] {
  if (status !== 'completed' || result === null) return []
  const parts = [partOf(result)]
  return [{ artifactId: 'result', name: 'result', description: '', parts, metadata: undefined, extensions: [] }]
}

function partOf(value: Json): Part {
  const rest = { metadata: undefined, filename: '' }
  if (typeof value === 'string') return { ...rest, content: { $case: 'text', value }, mediaType: 'text/plain' }
  return { ...rest, content: { $case: 'data', value }, mediaType: 'application/json' }
}

function said(sessionId: string, text: string): Message {
  return {
    messageId: `${sessionId}.error`,
    contextId: sessionId,
    taskId: sessionId,
    role: Role.ROLE_AGENT,
    parts: [{ content: { $case: 'text', value: text }, metadata: undefined, filename: '', mediaType: 'text/plain' }],
    metadata: undefined,
    extensions: [],
    referenceTaskIds: [],
  }
}
