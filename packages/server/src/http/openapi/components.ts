import * as contract from '@opscore/contract'

const AGENT = '0b7c9a52-6f2e-4c6f-9f4a-7a3f6f0f6f11'
const SESSION = '019a9f7e-3c1d-7a52-b0a3-5d8f1f2c7e90'
const TIME = '2026-01-02T03:04:05.678Z'

/** The named schemas of the OpenAPI document. */
export const COMPONENTS: Readonly<Record<string, object>> = {
  Accepted: contract.Accepted,
  AdoptRequest: contract.AdoptRequest,
  AgentDetails: contract.AgentDetails,
  AgentHold: contract.AgentHold,
  AgentNotification: contract.AgentNotification,
  AgentStateHistoryEntry: contract.AgentStateHistoryEntry,
  AgentStateReport: contract.AgentStateReport,
  AgentStateView: contract.AgentStateView,
  AgentView: contract.AgentView,
  AgentWaiting: contract.AgentWaiting,
  AttentionItem: contract.AttentionItem,
  Attempt: contract.AttemptView,
  BackfillRequest: contract.BackfillRequest,
  BulkFilter: contract.BulkFilter,
  BulkItem: contract.BulkItem,
  BulkJob: contract.BulkJob,
  BulkRequest: contract.BulkRequest,
  CompleteTaskRequest: contract.CompleteTaskRequest,
  ControlRequest: contract.ControlRequest,
  CreateKeyRequest: contract.CreateKeyRequest,
  CreateScheduleRequest: contract.CreateScheduleRequest,
  CreatedKey: contract.CreatedKey,
  DefinitionProblem: contract.DefinitionProblem,
  Edge: contract.Edge,
  Explanation: contract.Explanation,
  FailTaskRequest: contract.FailTaskRequest,
  HeartbeatTaskRequest: contract.HeartbeatTaskRequest,
  HeldPlace: contract.HeldPlace,
  KeyView: contract.KeyView,
  LateResult: contract.LateResult,
  OpsEvent: contract.OpsEvent,
  Overview: contract.Overview,
  OverviewSeries: contract.OverviewSeries,
  Problem: contract.Problem,
  ProcessView: contract.ProcessView,
  Progress: contract.Progress,
  RetryPolicy: contract.RetryPolicy,
  RoutingReceipt: contract.RoutingReceipt,
  ScheduleEntry: contract.ScheduleEntry,
  SchedulePreview: contract.SchedulePreview,
  ScheduleRequest: contract.ScheduleRequest,
  ScheduleView: contract.ScheduleView,
  SearchHit: contract.SearchHit,
  SearchResult: contract.SearchResult,
  SessionError: contract.SessionError,
  SessionSummary: contract.SessionSummary,
  SessionView: contract.SessionView,
  StoredWorkflow: contract.StoredWorkflow,
  SystemView: contract.SystemView,
  TaskDefinition: contract.TaskDefinition,
  TaskFailure: contract.TaskFailure,
  TaskTimeouts: contract.TaskTimeouts,
  TaskView: contract.TaskView,
  TriggerRequest: contract.TriggerRequest,
  TriggerResponse: contract.TriggerResponse,
  ValidationIssue: contract.ValidationIssue,
  WaitCause: contract.WaitCause,
  WaitingReason: contract.WaitingReason,
  WorkflowDefinition: contract.WorkflowDefinition,
  WorkflowSummary: contract.WorkflowSummary,
}

/** An hour in which every minute was the same. */
const minutes = (each: number): number[] => Array.from({ length: 60 }, () => each)

const workflow = {
  id: 'greet',
  name: 'Greet',
  version: '1.0',
  tasks: [
    { taskId: 'write', agentCapability: 'text', parameters: { to: 'Ada' }, nextTaskId: 'send' },
    { taskId: 'send', agentCapability: 'mail', parameters: { text: `${'$'}{{ tasks.write.result.text }}` } },
  ],
}

const key = {
  keyId: '019a9f7e-3c1d-7a52-b0a3-5d8f1f2c7e91',
  name: 'writer-1',
  scopes: ['agents'],
  agentIds: [AGENT],
  createdAt: TIME,
  expiresAt: '2027-01-02T03:04:05.678Z',
  revokedAt: null,
}

/** What a reader of the document can send as it stands, and what comes back. */
export const EXAMPLES: Readonly<Record<string, object>> = {
  Accepted: { status: 'success', message: 'State update accepted' },
  AgentNotification: {
    event_type: 'REGISTER',
    agent_details: {
      agentId: AGENT,
      agentName: 'writer-1',
      version: '1.0',
      capabilities: ['text'],
      contactEndpoint: 'http://127.0.0.1:8080',
      metadata: { config: { maxConcurrency: 2 } },
    },
  },
  AgentStateReport: {
    agentId: AGENT,
    timestamp: TIME,
    state: 'idle',
    details: { opscore_task_id: `${SESSION}.1.1`, result: { text: 'Dear Ada' } },
  },
  AgentStateView: { agentId: AGENT, state: 'idle', details: null, timestamp: TIME },
  AttentionItem: {
    id: `session_failed:${SESSION}`,
    kind: 'session_failed',
    since: TIME,
    subject: { type: 'session', id: SESSION, name: 'greet' },
    code: 'START_TO_CLOSE_TIMEOUT',
    detail: 'The attempt took longer than 900 s',
    action: {
      label: 'Go on from the tasks that failed',
      method: 'POST',
      path: `/v1/opscore/session/${SESSION}/retry`,
    },
  },
  AgentWaiting: {
    agentId: AGENT,
    cause: {
      code: 'AGENT_BUSY',
      detail: `Agent ${AGENT} holds 1 tasks and has room for no more`,
      hint: 'One of its tasks ends, or it declares more room',
    },
    items: [{ taskId: `${SESSION}.1`, sessionId: SESSION, capability: null, priority: 5, since: TIME }],
    more: false,
  },
  BulkItem: { sessionId: SESSION, outcome: 'ok' },
  BulkJob: {
    jobId: SESSION,
    action: 'retry',
    dryRun: false,
    status: 'running',
    total: 120,
    done: 50,
    counts: { ok: 48, skipped: 2, failed: 0 },
    createdAt: TIME,
    endedAt: null,
  },
  BulkRequest: { filter: { status: ['failed'], workflowId: ['greet'] }, action: 'retry', dryRun: true },
  CompleteTaskRequest: { attemptId: `${SESSION}.1.1`, result: { text: 'Dear Ada' } },
  ControlRequest: { reason: 'Sent to the wrong customer' },
  CreateKeyRequest: { name: 'writer-1', scopes: ['agents'], agentIds: [AGENT], expiresAt: key.expiresAt },
  CreatedKey: { ...key, key: 'ops_<43 characters and a checksum of 6>' },
  Explanation: {
    sessionId: SESSION,
    status: 'running',
    causes: [
      {
        taskId: `${SESSION}.1`,
        taskDefinitionId: 'write',
        code: 'AGENT_BUSY',
        since: TIME,
        detail: `Agent ${AGENT} holds 1 tasks and has room for no more`,
        hint: 'One of its tasks ends, or it declares more room',
      },
    ],
  },
  FailTaskRequest: { attemptId: `${SESSION}.1.1`, code: 'NO_SUCH_ADDRESS', message: 'Ada has moved' },
  HeartbeatTaskRequest: { attemptId: `${SESSION}.1.1`, progress: { fraction: 0.4, text: '2 of 5 pages' } },
  KeyView: key,
  Overview: {
    time: TIME,
    agents: {
      total: 3,
      byState: { idle: 2, error: 1 },
      byLiveness: { online: 3, quiet: 0, offline: 0, unreachable: 0 },
      slots: { held: 1, total: 4 },
    },
    sessions: { byStatus: { started: 0, running: 1, paused: 0, completed: 40, failed: 1, cancelled: 0 } },
    waiting: { total: 2, byReason: [{ code: 'AGENT_BUSY', count: 2 }] },
    attention: {
      total: 2,
      byKind: {
        session_failed: 1,
        session_stalled: 0,
        agent_in_error: 1,
        agent_unreachable: 0,
        agent_offline: 0,
        agent_hung: 0,
      },
    },
    series: {
      bucketSeconds: 60,
      from: TIME,
      started: minutes(1),
      completed: minutes(1),
      failed: minutes(0),
      dispatched: minutes(2),
      readyToDispatchMs: { p50: minutes(4), p99: minutes(31) },
    },
  },
  OpsEvent: {
    id: '0-42',
    type: 'agent.state_changed',
    time: TIME,
    agentId: AGENT,
    data: { state: 'idle', details: null },
  },
  SearchResult: { items: [{ type: 'agent', id: AGENT, name: 'writer-1', status: 'idle' }] },
  SystemView: {
    version: '0.1.0',
    node: 'v24.18.1',
    startedAt: TIME,
    role: 'all',
    store: { type: 'sqlite', partitions: 1, events: 4711, trimmed: 0 },
    processes: [{ processId: SESSION, role: 'all', version: '0.1.0', startedAt: TIME, seenAt: TIME, self: true }],
    queues: { openSessions: 3, effects: 0, eventStreams: 1 },
    limits: { rateLimit: 200, eventStreams: 1000, bulkSessions: 10_000, bulkJobs: 8 },
    configuration: { OPSCORE_PORT: 8000, OPSCORE_API_KEY: true },
    health: { status: 'ok', since: TIME },
  },
  TriggerRequest: { workflowDefinitionId: 'greet', initialPayload: { to: 'Ada' } },
  TriggerResponse: { sessionId: SESSION, workflowId: 'greet', message: 'Workflow triggered successfully' },
  WorkflowDefinition: workflow,
}

/** A problem with this code of the catalogue, as an Example Object. */
export function problemExample(code: string): object {
  const [, known] = Object.entries(contract.ERROR_CATALOGUE).find(([name]) => name === code) ?? []
  const instance = '/v1/opscore/agent'
  const type = `urn:opscore:error:${code}`
  return { value: { type, ...known, detail: known?.title, instance, code, requestId: '8f1c6a2e5b7d9043-1' } }
}
