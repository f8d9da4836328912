import type {
  Accepted,
  AgentDetails,
  AgentStateReport,
  AgentStateView,
  JsonObject,
  TaskView,
  TriggerResponse,
  WorkflowDefinition,
} from '@opscore/contract'
import { type AgentCalls, agentCalls } from './calls/agent-calls.ts'
import { type ApprovalCalls, approvalCalls } from './calls/approval-calls.ts'
import { type BulkCalls, bulkCalls } from './calls/bulk-calls.ts'
import { type FleetCalls, fleetCalls } from './calls/fleet-calls.ts'
import { type KeyCalls, keyCalls } from './calls/key-calls.ts'
import { type ScheduleCalls, scheduleCalls } from './calls/schedule-calls.ts'
import { type SessionCalls, sessionCalls } from './calls/session-calls.ts'
import { type TaskCalls, taskCalls } from './calls/task-calls.ts'
import { type WorkflowCalls, workflowCalls } from './calls/workflow-calls.ts'
import { type EventStreamOptions, type StreamedEvent, streamEvents } from './event-stream.ts'
import { OpsCoreError } from './ops-core-error.ts'
import { randomKey } from './random-key.ts'
import { type CallOptions, createTransport, type Transport, type TransportOptions } from './transport.ts'

/** `fetch` replaces the global one; `retry: false` repeats nothing; `timeout` is for one try (30 s). */
export type OpsCoreClientOptions = TransportOptions

export type TriggerOptions = CallOptions & {
  /** Replaces the first task's parameters, where it is not empty. */
  initialPayload?: JsonObject | null
  /** Triggers with the same key start one session. Made up where it is absent, so that a lost answer can be asked for again. */
  idempotencyKey?: string
} & ({ workflowDefinitionId: string } | { workflowDefinition: WorkflowDefinition })

/**
 * Ops-Core's HTTP API. Needs nothing but `fetch`, so it works in a browser.
 *
 * Every method throws `OpsCoreError`, or the reason of the `signal` that it was given, or a `TypeError` for what cannot be
 * sent: an empty id, a BigInt, a circle, a header's value that is none. Resets, 429 and 503 are retried with back-off where
 * repeating does no harm; `Retry-After` is honoured.
 */
export class OpsCoreClient {
  readonly agents: AgentCalls
  readonly workflows: WorkflowCalls
  readonly sessions: SessionCalls
  readonly tasks: TaskCalls
  readonly keys: KeyCalls
  readonly fleet: FleetCalls
  readonly bulk: BulkCalls
  readonly schedules: ScheduleCalls
  readonly approvals: ApprovalCalls
  readonly #transport: Transport
  readonly #once: Transport

  constructor(options: OpsCoreClientOptions) {
    this.#transport = createTransport(options)
    this.#once = createTransport({ ...options, retry: false })
    this.agents = agentCalls(this.#transport)
    this.workflows = workflowCalls(this.#transport)
    this.sessions = sessionCalls(this.#transport)
    this.tasks = taskCalls(this.#transport)
    this.keys = keyCalls(this.#transport)
    this.fleet = fleetCalls(this.#transport)
    this.bulk = bulkCalls(this.#transport)
    this.schedules = scheduleCalls(this.#transport)
    this.approvals = approvalCalls(this.#transport)
  }

  /** Is the process alive? */
  health(options: CallOptions = {}): Promise<{ status: string }> {
    return this.#once.request({ method: 'GET', path: ['health'], ...options })
  }

  /** Does it take work? `false` while it starts or drains; throws where nothing answers. Asks once. */
  async ready(options: CallOptions = {}): Promise<boolean> {
    try {
      await this.#once.request({ method: 'GET', path: ['ready'], ...options })
      return true
    } catch (error) {
      if (error instanceof OpsCoreError && error.status === 503) return false
      throw error
    }
  }

  /** Registers an agent, or replaces what it said of itself; state and history stay. Usually AgentKit does this. */
  registerAgent(details: AgentDetails, options: CallOptions = {}): Promise<Accepted> {
    return this.#transport.request({
      method: 'POST',
      path: ['v1', 'opscore', 'internal', 'agent', 'notify'],
      body: { event_type: 'REGISTER', agent_details: details, delivery_id: randomKey() },
      repeatable: true,
      ...options,
    })
  }

  /** Says what an agent is doing. Once this resolves, the report is durable. A report that comes twice ends nothing twice. */
  reportState(report: AgentStateReport, options: CallOptions = {}): Promise<Accepted> {
    const path = ['v1', 'opscore', 'agent', report.agentId, 'state']
    return this.#transport.request({ method: 'POST', path, body: report, repeatable: true, ...options })
  }

  getState(agentId: string, options: CallOptions = {}): Promise<AgentStateView> {
    return this.#transport.request({ method: 'GET', path: ['v1', 'opscore', 'agent', agentId, 'state'], ...options })
  }

  /** Starts a session of a stored or an inline workflow on an agent. */
  trigger(agentId: string, options: TriggerOptions): Promise<TriggerResponse> {
    const { signal, idempotencyKey = randomKey(), initialPayload, ...workflow } = options
    return this.#transport.request({
      method: 'POST',
      path: ['v1', 'opscore', 'agent', agentId, 'workflow'],
      headers: { 'idempotency-key': idempotencyKey },
      body: initialPayload === undefined ? workflow : { ...workflow, initialPayload },
      signal,
    })
  }

  getTask(taskId: string, options: CallOptions = {}): Promise<TaskView> {
    return this.tasks.get(taskId, options)
  }

  /** What happens, as it happens; see `streamEvents`. */
  events(options: EventStreamOptions = {}): AsyncGenerator<StreamedEvent> {
    return streamEvents(this.#once, options)
  }
}
