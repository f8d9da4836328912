/** What the engine offers to the HTTP layer. Every command's promise resolves after its commit is durable. */
import type {
  AgentDetails,
  AgentStateHistoryEntry,
  AgentStateReport,
  AgentStateView,
  AgentView,
  AgentWaiting,
  ApprovalSummary,
  ApprovalView,
  AttentionItem,
  AttentionKind,
  BulkAction,
  BulkItem,
  BulkJob,
  CreateScheduleRequest,
  DecideRequest,
  DefinitionProblem,
  Explanation,
  Json,
  JsonObject,
  OpsEvent,
  Overview,
  Page,
  ProcessView,
  Progress,
  ReadOrder,
  ScheduleEntry,
  SchedulePreview,
  ScheduleRequest,
  ScheduleView,
  SearchResult,
  SessionSummary,
  SessionView,
  StoredWorkflow,
  TaskAnswer,
  TaskFailure,
  TaskView,
  TriggerResponse,
  WorkflowRevision,
  WorkflowSummary,
} from '@opscore/contract'
import type { HoldCommand } from './core/agent/hold.ts'
import type { AgentFilter, SessionFilter } from './ports/store.ts'
import type { Health } from './work/health-watch.ts'

/** Makes a request count once: the key bound to its owner, and a hash of the body. */
export interface Once {
  key: string
  fingerprint: string
  /** Epoch milliseconds until which the answer is kept. */
  expiresAt: number
  /**
   * The key only tells that the words are the same, and somebody may say them again after others: the request is a
   * repetition only where the agent still stands as the first one left it, and is carried out anew otherwise.
   */
  whileItHolds?: true
}

/** `after` is the opaque key of the page before, as the store gave it. */
export interface ListRequest {
  limit: number
  after?: string
}

/** Who decides: the key, with its scopes. */
export interface Decider {
  keyId: string
  name: string
  scopes: readonly string[]
}

export interface ApprovalCommands {
  /** Those that are open, in the order in which their sessions began. */
  approvals(list: ListRequest): Promise<Page<ApprovalSummary>>
  /** @throws DomainError `APPROVAL_NOT_FOUND` */
  approval(approvalId: string): Promise<ApprovalView>
  /**
   * @throws DomainError `APPROVAL_NOT_FOUND`, `FORBIDDEN`, `PAYLOAD_INVALID`, `PAYLOAD_TOO_LARGE`; `STATE_CONFLICT` where it is over, with who
   * decided, or where its content is another one
   */
  decideApproval(approvalId: string, request: DecideRequest, by: Decider): Promise<ApprovalView>
}

export interface Trigger {
  agentId: string
  workflow: { id: string } | { definition: JsonObject }
  input: JsonObject | null
  metadata?: JsonObject
  once?: Once
}

export interface EngineCommands {
  /** Registers or replaces an agent's details; state and history of a known one stay. */
  registerAgent(details: AgentDetails, once?: Once): Promise<{ agentId: string; created: boolean }>
  /** @throws DomainError `AGENT_NOT_FOUND` */
  deregisterAgent(agentId: string, once?: Once): Promise<void>
  /** An operator's hold on the agent, or its end. Idempotent. @throws DomainError `AGENT_NOT_FOUND` */
  controlAgent(agentId: string, action: HoldCommand): Promise<void>
  /** @throws DomainError `AGENT_NOT_FOUND` */
  reportState(agentId: string, report: AgentStateReport): Promise<unknown>
  /** A sign of life without a report. @throws DomainError `AGENT_NOT_FOUND` */
  heartbeatAgent(agentId: string): Promise<void>
  /**
   * AgentKit gave up forwarding an attempt's message; `retryable` and `reached` as in `Delivery`. An attempt that is over or
   * unknown is left alone.
   */
  dispatchFailed(
    input: { attemptId: string; agentId: string | null; reason: string; retryable: boolean; reached: boolean },
    once?: Once,
  ): Promise<void>
  /** The agent refused an attempt's message for want of room, as AgentKit says; `retryAfter` in milliseconds. */
  dispatchRefused(
    input: { attemptId: string; agentId: string; reason: string; retryAfter: number | null },
    once?: Once,
  ): Promise<void>
  /** What the agent answered an attempt's message with, as AgentKit says. Of an unknown agent or attempt nothing is kept. */
  taskAnswered(input: { attemptId: string; agentId: string; answer: TaskAnswer }, once?: Once): Promise<void>
  /**
   * @throws DomainError `AGENT_NOT_FOUND`, `WORKFLOW_NOT_FOUND`, `INVALID_WORKFLOW_DEFINITION` (data.problems),
   * `IDEMPOTENCY_KEY_REUSED`, `IDEMPOTENCY_IN_FLIGHT`
   */
  trigger(trigger: Trigger): Promise<TriggerResponse>
  /**
   * Checks strictly and stores; `ifMatch` holds ETag values (hashes), `[]` means "must not exist". With `dryRun` it stores nothing,
   * and gives or throws what it would.
   * @throws DomainError `INVALID_WORKFLOW_DEFINITION`, `PRECONDITION_FAILED`
   */
  putWorkflow(input: {
    id: string
    definition: Json
    ifMatch?: string[]
    dryRun?: boolean
  }): Promise<{ outcome: 'created' | 'updated' | 'unchanged'; workflow: StoredWorkflow; problems: DefinitionProblem[] }>
  /** Checks strictly and stores where the id means nothing yet; `null` where it does. @throws DomainError as above */
  storeIfUnknown(definition: Json): Promise<StoredWorkflow | null>
  /** @throws DomainError `WORKFLOW_NOT_FOUND`, `PRECONDITION_FAILED` */
  deleteWorkflow(id: string, ifMatch?: string[]): Promise<void>
}

/** What a person does to sessions, and what is said directly of tasks. */
export interface SessionCommands {
  /** Idempotent where the session is so already. @throws DomainError `SESSION_NOT_FOUND`, `STATE_CONFLICT` */
  controlSession(
    sessionId: string,
    action: { type: 'cancel' | 'pause'; reason: string } | { type: 'resume' | 'retry' },
  ): Promise<void>
  /**
   * What a report of the agent would say. Who names an attempt is the agent at work on it, which is done with it then;
   * `attemptId: null` is a person, who means the task, between attempts too, and finally. A person's result for a task that has
   * ended is kept as a late one.
   * @throws DomainError `TASK_NOT_FOUND`, `STATE_CONFLICT`, `PAYLOAD_TOO_LARGE`
   */
  concludeTask(
    taskId: string,
    said: { attemptId: string | null; result: Json } | { attemptId: string | null; error: TaskFailure },
  ): Promise<void>
  /** @throws DomainError `TASK_NOT_FOUND`, `STATE_CONFLICT` for an attempt that is over */
  heartbeatTask(taskId: string, said: { attemptId: string | null; progress: Progress | null }): Promise<void>
  /**
   * Tells the session something; `id` counts once, also after the session's end.
   * @throws DomainError `SESSION_NOT_FOUND`, `STATE_CONFLICT`, `PAYLOAD_INVALID` (data.issues), `PAYLOAD_TOO_LARGE`, `TOO_MANY_SIGNALS`
   */
  signalSession(sessionId: string, signal: { id?: string; name: string; payload: Json }): Promise<{ signalId: string }>
  /** Takes a late result as the task's. @throws DomainError `TASK_NOT_FOUND`, `STATE_CONFLICT` */
  adoptResult(taskId: string, attemptId: string | null): Promise<void>
}

export interface EngineQueries {
  /** All of these throw DomainError `…_NOT_FOUND` for what is not there. */
  agent(agentId: string): Promise<AgentView>
  agentState(agentId: string): Promise<AgentStateView>
  /** The same, at once, where it is known without asking the store; `undefined` where `agentState` is to be asked. */
  knownAgentState(agentId: string): AgentStateView | undefined
  /** Whether the attempt is under way with this agent, as far as it is known here; at once where the agent is in memory. */
  worksOn(agentId: string, attemptId: string): boolean | Promise<boolean>
  agents(filter: AgentFilter, list: ListRequest): Promise<Page<AgentView>>
  agentHistory(agentId: string, list: ListRequest): Promise<Page<AgentStateHistoryEntry>>
  workflow(id: string): Promise<StoredWorkflow>
  workflows(list: ListRequest): Promise<Page<WorkflowSummary>>
  /** What the id meant before too, newest first. */
  workflowRevisions(id: string, list: ListRequest): Promise<Page<WorkflowRevision>>
  workflowRevision(id: string, revision: number): Promise<StoredWorkflow>
  session(sessionId: string): Promise<SessionView>
  sessions(filter: SessionFilter, list: ListRequest): Promise<Page<SessionSummary>>
  /** Oldest first where no `order` says otherwise. */
  sessionEvents(sessionId: string, list: ListRequest & { order?: ReadOrder }): Promise<Page<OpsEvent>>
  task(taskId: string): Promise<TaskView>
  /** Why it waits: at least one cause for whatever is open. */
  explainSession(sessionId: string): Promise<Explanation>
  explainTask(taskId: string): Promise<Explanation>
  /** What it would take next, in that order, and why it does not. */
  agentWaiting(agentId: string, limit: number): Promise<AgentWaiting>
  gauges(): Promise<{ agents: number; openSessions: number; events: number }>
}

/** What is asked of the fleet as a whole. It is counted as things change, beginning with the first who asks. */
export interface FleetQueries {
  overview(): Promise<Overview>
  /** Newest first. */
  attention(kinds: readonly AttentionKind[] | undefined, list: ListRequest): Promise<Page<AttentionItem>>
  search(sought: { text: string; limit: number }): Promise<SearchResult>
}

/** What an action is done to: sessions that are named, or those that a filter matches now. */
export interface BulkOrder {
  selection?: readonly string[]
  filter?: SessionFilter
  action: BulkAction
  reason?: string
  dryRun?: boolean
}

export interface BulkCommands {
  /**
   * Freezes the selection and begins; with the same key twice there is one job.
   * @throws DomainError `BULK_TOO_LARGE`, `TOO_MANY_JOBS`, `IDEMPOTENCY_KEY_REUSED`
   */
  startBulk(order: BulkOrder, once?: Once): Promise<BulkJob>
  /** @throws DomainError `JOB_NOT_FOUND`, as does the next */
  bulkJob(jobId: string): Promise<BulkJob>
  /** What became of the sessions, as far as the job is done, in the order of its selection. */
  bulkItems(jobId: string, list: ListRequest): Promise<Page<BulkItem>>
}

/** All but the first two throw DomainError `SCHEDULE_NOT_FOUND`. */
export interface ScheduleCommands {
  /**
   * The same schedule twice is one.
   * @throws DomainError `INVALID_SCHEDULE`, `WORKFLOW_NOT_FOUND`, `SCHEDULE_EXISTS`
   */
  createSchedule(asked: CreateScheduleRequest): Promise<{ created: boolean; schedule: ScheduleView }>
  /** Times before the change are settled: the new ones begin with it. @throws DomainError as above, but `SCHEDULE_EXISTS` */
  putSchedule(scheduleId: string, asked: ScheduleRequest): Promise<{ created: boolean; schedule: ScheduleView }>
  /** Its sessions go on. */
  deleteSchedule(scheduleId: string): Promise<void>
  schedule(scheduleId: string): Promise<ScheduleView>
  schedules(list: ListRequest): Promise<Page<ScheduleView>>
  /** Newest first. */
  scheduleHistory(scheduleId: string, list: ListRequest): Promise<Page<ScheduleEntry>>
  /** Times that come while it is paused are not made up for. Both are idempotent. */
  pauseSchedule(scheduleId: string, reason: string): Promise<ScheduleView>
  resumeSchedule(scheduleId: string): Promise<ScheduleView>
  /** Begins a session at once, whatever is open. */
  runSchedule(scheduleId: string): Promise<ScheduleEntry>
  /**
   * Begins a session for each time of a range of the past that has none, whatever is open. Epoch milliseconds, both included.
   * @throws DomainError `INVALID_SCHEDULE` where there are too many
   */
  backfillSchedule(scheduleId: string, range: { from: number; to: number }): Promise<ScheduleEntry[]>
  /** The next times. */
  previewSchedule(scheduleId: string, count: number): Promise<SchedulePreview>
}

/** `null` where the store cannot say it now. */
export interface SystemFacts {
  partitions: number
  events: number | null
  trimmed: number | null
  openSessions: number | null
  effects: number | null
  processes: ProcessView[]
  health: Health
}

export interface SystemQueries {
  system(): Promise<SystemFacts>
}

/** One event for a live stream, with the cursor that resumes right after it. */
export interface StreamedEvent {
  cursor: string
  event: OpsEvent
}

export interface EventStreams {
  /**
   * Events after `after` (an opaque cursor; absent: from now on), in order per agent and per session, until `signal`.
   * Yields once as soon as its place in the log is settled: `resync` where the cursor is older than what is kept, or of
   * another log, else an empty batch. Throws DomainError `INVALID_CURSOR` instead.
   * A reader that falls behind is served from the store, never buffered without bound.
   */
  open(input: {
    after?: string
    filter: { sessionId?: string[]; agentId?: string[]; type?: string[] }
    signal: AbortSignal
  }): AsyncIterable<StreamedEvent[] | 'resync'>
}

export interface Engine
  extends EngineCommands,
    SessionCommands,
    ApprovalCommands,
    EngineQueries,
    FleetQueries,
    BulkCommands,
    ScheduleCommands,
    SystemQueries {
  streams: EventStreams
  /** Derives wake-ups and effects again from what is open, then works until closed. */
  start(): Promise<void>
  /** `false` while it starts, stops or cannot write. */
  ready(): boolean
  /** Lets what is under way commit, carries out nothing new. */
  close(): Promise<void>
}
