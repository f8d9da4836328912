/**
 * The tasks that an agent has taken, from message to outcome. Owns these rules:
 * 1. A task's id is started once, however often its message comes; one that ended is reported again.
 * 2. A cancel that overtakes its task, or names one that is not known, ends it all the same.
 * 3. A report that ends a task is the last that names it: one that named it twice could be taken for another outcome.
 */
import type { AgentMessage, Json, JsonObject, Progress } from '@opscore/contract'
import { startTimer } from '@opscore/contract/time'
import type { OpsCoreError } from '../../client/ops-core-error.ts'
import { type AgentLog, bindLog } from '../agent-log.ts'
import type { Answer } from '../message-server.ts'
import type { Report } from '../report-queue.ts'
import { withStrayErrors } from '../stray-errors.ts'
import { createOutcomeMemory } from './outcome-memory.ts'
import { type AgentTask, readTask, TaskAborted, type TaskContext, type TaskHandler } from './task.ts'
import { taskAnswer } from './task-answer.ts'
import { cancelled, endsTask, failed, refusedOutcome, runTask, type TaskOutcome } from './task-outcome.ts'
import { createTaskPulse } from './task-pulse.ts'
import { printThrown } from './thrown-value.ts'

interface RunningTask {
  agentId: string
  /** Its signal says so to the handler. */
  abort: (reason: TaskAborted) => void
  signal: AbortSignal
  ended: Promise<void>
  outcome: PromiseWithResolvers<Report>
}

/** What handlers get to react to the abort before they are reported as failed. */
const ABORT_GRACE = 1_000

export interface TaskDeskOptions {
  handlers: ReadonlyMap<string, TaskHandler>
  maxConcurrency: number
  /** Each message is answered with the task's outcome, when that is there; nothing of tasks is reported. */
  answers: boolean
  report: (attemptId: string, report: Report) => void
  reportState: (report: Report) => void
  callTool: (agentId: string, tool: string, args: JsonObject, signal: AbortSignal) => Promise<Json>
  heartbeat: (attemptId: string, progress: Progress | undefined, signal: AbortSignal) => Promise<unknown>
  log: AgentLog
}

export class TaskDesk {
  readonly #options: TaskDeskOptions
  readonly #running = new Map<string, RunningTask>()
  readonly #outcomes = createOutcomeMemory()
  #phase: 'initializing' | 'working' | 'stopping' | 'stopped' = 'initializing'

  constructor(options: TaskDeskOptions) {
    this.#options = options
  }

  receive(message: AgentMessage, agentId: string): Answer | Promise<Answer> {
    if (message.messageType === 'workflow_task') return this.#take(message, agentId)
    if (message.messageType === 'workflow_cancel') return this.#cancel(message, agentId)
    return refusal(422, 'UNKNOWN_MESSAGE_TYPE', `This agent does not take ${message.messageType} messages.`)
  }

  /** Has it, or had it. */
  knows(taskId: string): boolean {
    return this.#running.has(taskId) || this.#outcomes.has(taskId)
  }

  /** The agent's state as it is. */
  status(): Report {
    if (this.#phase !== 'working') return { state: this.#phase, details: null }
    if (this.#options.answers) return { state: 'idle', details: null }
    for (const taskId of this.#running.keys()) return { state: 'active', details: { opscore_task_id: taskId } }
    return { state: 'idle', details: null }
  }

  /** The agent is ready: its state is from here on what its tasks make it. */
  open(): void {
    this.#phase = 'working'
    this.#options.reportState(this.status())
  }

  /** What is said in place of a report that Ops-Core refused: what ended a task must end it all the same. */
  replace(taskId: string, { state, details, agentId }: Report, error: OpsCoreError): Report | undefined {
    if (!endsTask(state) || !details) return undefined
    const other = {
      ...refusedOutcome(taskId, { state, details }, error),
      ...(agentId === undefined ? {} : { agentId }),
    }
    this.#outcomes.set(taskId, other)
    return other
  }

  /** Ends an attempt that this process has never had. */
  disown(taskId: string, agentId: string, error: Error): void {
    this.#end(taskId, agentId, failed(taskId, error))
  }

  /** Takes no more tasks, gives those that run `limit` milliseconds, then aborts them, and has stopped. */
  async drain(limit: number): Promise<void> {
    this.#phase = 'stopping'
    this.#options.reportState(this.status())
    const finished = Promise.all([...this.#running.values()].map((task) => task.ended))
    await within(finished, limit)
    const reason = new TaskAborted('AGENT_STOPPED', 'The agent stopped before the task was done.')
    for (const task of this.#running.values()) task.abort(reason)
    await within(finished, ABORT_GRACE)
    for (const [taskId, { agentId }] of this.#running) this.#end(taskId, agentId, failed(taskId, reason))
    this.#phase = 'stopped'
    this.#options.reportState(this.status())
  }

  #take(message: AgentMessage, agentId: string): Answer | Promise<Answer> {
    const task = readTask(message)
    if (!task) return refusal(422, 'INVALID_TASK', 'A workflow_task needs opscore_task_id and task_name.')
    const ending = this.#outcomes.get(task.id)
    if (this.#options.answers) {
      if (ending) return taskAnswer(task.id, ending)
      if (this.#running.has(task.id)) return this.#outcomeOf(task.id)
    }
    if (ending) this.#report(task.id, ending)
    if (this.knows(task.id)) return { status: 202, body: { status: 'duplicate', opscore_task_id: task.id } }
    if (this.#phase === 'stopping' || this.#phase === 'stopped')
      return refusal(503, 'STOPPING', 'The agent is stopping.')
    if (this.#running.size >= this.#options.maxConcurrency) {
      return refusal(503, 'NO_ROOM', `The agent has ${this.#running.size} tasks already.`)
    }
    this.#start(task, agentId)
    if (this.#options.answers) return this.#outcomeOf(task.id)
    return { status: 202, body: { status: 'accepted', opscore_task_id: task.id } }
  }

  async #outcomeOf(taskId: string): Promise<Answer> {
    const outcome = await this.#running.get(taskId)?.outcome.promise
    return outcome ? taskAnswer(taskId, outcome) : refusal(503, 'STOPPING', 'The agent is stopping.')
  }

  #report(taskId: string, report: Report): void {
    if (!this.#options.answers) this.#options.report(taskId, report)
  }

  #start(task: AgentTask, agentId: string): void {
    const { handlers, callTool, heartbeat } = this.#options
    const log = bindLog(this.#options.log, { taskId: task.id, taskName: task.name })
    const onStray = (thrown: unknown) => this.#onStray(task.id, thrown, log)
    const controller = new AbortController()
    const { signal } = controller
    // What listens to the signal is the handler's too, and may throw.
    const abort = (reason: TaskAborted) => withStrayErrors(onStray, () => controller.abort(reason))
    const finished = Promise.withResolvers<void>()
    this.#running.set(task.id, { agentId, abort, signal, ended: finished.promise, outcome: Promise.withResolvers() })
    this.#report(task.id, { state: 'active', details: { opscore_task_id: task.id }, agentId })
    const pulse = createTaskPulse({ send: (...beat) => heartbeat(task.id, ...beat), abort, log })
    const context: TaskContext = {
      agentId,
      signal,
      log,
      callTool: (tool, args = {}) => callTool(agentId, tool, args, signal),
      heartbeat: pulse.beat,
    }
    // Not in this turn: the message is answered before a handler can hold the event loop.
    setImmediate(async () => {
      const stopClock = watchDeadline(task, abort)
      const handler = handlers.get(task.name) ?? handlers.get('*') ?? noSuchTask
      const outcome = await runTask(handler, task, context, onStray)
      stopClock()
      pulse.stop()
      if (this.#running.has(task.id)) this.#end(task.id, agentId, outcome)
      finished.resolve()
    })
  }

  /** The attempt has failed; a handler that waits for what will never come, and does not heed its signal, is waited for no longer. */
  #onStray(taskId: string, thrown: unknown, log: AgentLog): void {
    log.error({ error: printThrown(thrown) }, 'an error that nobody waited for')
    const task = this.#running.get(taskId)
    if (!task || task.signal.aborted) return
    task.abort(new TaskAborted('STRAY_ERROR', 'Something failed that nobody waited for.', { cause: thrown }))
    const callOff = startTimer(ABORT_GRACE, () => {
      if (this.#running.get(taskId) === task) this.#end(taskId, task.agentId, failed(taskId, thrown))
    })
    void task.ended.then(callOff)
  }

  #cancel(message: AgentMessage, agentId: string): Answer {
    const taskId = message.opscore_task_id
    if (!taskId) return refusal(422, 'INVALID_CANCEL', 'A workflow_cancel needs opscore_task_id.')
    const task = this.#running.get(taskId)
    const ending = this.#outcomes.get(taskId)
    if (task) task.abort(new TaskAborted('CANCELLED', 'Ops-Core cancelled the task.'))
    else if (ending) this.#report(taskId, ending)
    else this.#end(taskId, agentId, cancelled(taskId))
    return { status: 202, body: { status: 'accepted', opscore_task_id: taskId } }
  }

  #end(taskId: string, agentId: string, { state, details }: TaskOutcome): void {
    const report = { state, details, agentId }
    this.#running.get(taskId)?.outcome.resolve(report)
    this.#running.delete(taskId)
    this.#outcomes.set(taskId, report)
    this.#report(taskId, report)
  }
}

function noSuchTask(task: AgentTask): never {
  throw Object.assign(new Error(`This agent has no task named ${task.name}.`), { code: 'NO_SUCH_TASK' })
}

function refusal(status: number, code: string, detail: string): Answer {
  return { status, body: { status: 'error', code, detail } }
}

/** Aborts at the task's deadline; returns what calls the clock off. */
function watchDeadline(task: AgentTask, abort: (reason: TaskAborted) => void): () => void {
  const left = task.deadline ? task.deadline.getTime() - Date.now() : Number.POSITIVE_INFINITY
  const reason = new TaskAborted('DEADLINE_EXCEEDED', 'The task was not done by its deadline.')
  return startTimer(left, () => abort(reason))
}

async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  const late = Promise.withResolvers<void>()
  const callOff = startTimer(ms, late.resolve)
  await Promise.race([promise, late.promise])
  callOff()
}
